/**
 * What a greeter's page knows and does: the hall, the ticket that was looked up, the command under way, the refusal
 * to show. The page draws it and holds no rule of its own.
 */
import { setHallTime } from "ui/clock.js";
import { Link, newId } from "ui/link.js";
import { NoAnswer, read } from "ui/read.js";
import { t } from "ui/texts.js";
import { playTone } from "ui/tone.js";

/** After any event the place of a waiting ticket may be another one; but many come at once. */
const SOON_MS = 400;

/** What changes more than one ticket's turn. */
const OF_THE_HALL = /^(help|hall|day|issuing|service_(suspended|resumed)|outage|desk|announce)/;

/** The hall, for one greeter. */
export class Round {
  /**
   * @param {() => void} changed  called whenever there is something new to draw
   * @param {() => void} ended    called when the hall no longer knows this greeter
   */
  constructor(changed, ended) {
    this.changed = changed;
    /** The overview, or null as long as the hall has not answered; the ticket looked up, or null. */
    this.now = this.visit = null;
    this.isUp = this.isBusy = false;
    this.refusal = this.said = this.wrong = "";
    this.looks = 0;
    const refused = (problem) => (problem.status === 401 ? ended() : this.draw({ refusal: sentence(problem) }));
    const ears = {
      snapshot: (overview) => this.take(overview),
      events: (events) => this.hear(events),
      link: (isUp) => this.draw({ isUp }),
      refused,
    };
    this.link = new Link(ears, { auth: { view: "hall" }, path: "/api/v1/overview" });
  }

  draw(news) {
    Object.assign(this, news);
    this.changed();
  }

  take(now) {
    setHallTime(now.at);
    const known = new Set(this.now?.help.map(({ request }) => request));
    if (now.help.some(({ request }) => !known.has(request))) playTone();
    this.draw({ now });
    this.lookAgain();
  }

  hear(events) {
    if (events.some(({ type }) => OF_THE_HALL.test(type))) this.link.refresh();
    else if (events.length && this.visit) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.lookAgain(), SOON_MS);
    }
  }

  /** Find a ticket by its number or by what its slip's code says. */
  async look(code) {
    const look = ++this.looks;
    try {
      const visit = await read(`/api/v1/lookup?code=${encodeURIComponent(code)}`);
      if (look === this.looks) this.draw({ visit, wrong: "" });
    } catch (problem) {
      if (look === this.looks) this.draw({ visit: problem instanceof NoAnswer ? this.visit : null, wrong: sentence(problem) });
    }
  }

  lookAgain() {
    if (this.visit) this.look(this.visit.ticket);
  }

  /** Show no ticket any more. */
  lay() {
    this.looks += 1;
    this.draw({ visit: null, wrong: "" });
  }

  /** Whether a press may act now. */
  get isReady() {
    return this.isUp && !this.isBusy;
  }

  /** Send one command for one press; gives its events, or null when it was refused. `said` is what then is done. */
  async act(command, said) {
    if (!this.isReady) return null;
    this.draw({ isBusy: true, refusal: "", said: "" });
    let refusal = "";
    let events = null;
    try {
      const answer = await this.link.send({ ...command, id: newId() });
      if (answer.ok) events = answer.events;
      else refusal = sentence(answer);
    } catch (failure) {
      refusal = sentence(failure);
    }
    await this.link.refresh();
    this.draw({ isBusy: false, refusal, said: refusal ? "" : said });
    return events;
  }

  forgive = () => this.draw({ refusal: "" });

  close() {
    clearTimeout(this.timer);
    this.link.close();
  }
}

/** A refusal, or a silence, in words. */
function sentence(problem) {
  if (problem instanceof NoAnswer) return t("The hall did not answer. What is shown here is read again as soon as it does.");
  if (problem instanceof Error) throw problem;
  return problem.detail || problem.title;
}
