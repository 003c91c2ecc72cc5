/**
 * What the page knows of the hall and does in it: the overview as last read, the command under way, the refusal to
 * show. The sections draw it and hold no rule of their own.
 */
import { setHallTime } from "ui/clock.js";
import { Link, newId } from "ui/link.js";
import { NoAnswer, tell } from "ui/read.js";
import { t } from "ui/texts.js";
import { alarmId, alarmSentence } from "./alarms.js";
import { told } from "./told.js";

const AT_MOST_EACH_MS = 1000;
const AT_LEAST_EACH_MS = 5000;

/** The hall, for one operator. */
export class Floor {
  /**
   * @param {() => void} changed  called whenever there is something new to draw
   * @param {() => void} ended    called when the hall no longer knows this operator
   */
  constructor(changed, ended) {
    this.changed = changed;
    /** The overview, or null as long as the hall has not answered. */
    this.now = null;
    this.isUp = this.isBusy = false;
    this.refusal = this.said = "";
    this.readAt = 0;
    this.link = new Link(
      {
        snapshot: (overview) => this.take(overview),
        events: (events) => events.length && this.soon(),
        link: (isUp) => this.draw({ isUp }),
        refused: (problem) => (problem.status === 401 ? ended() : this.draw({ refusal: sentence(problem) })),
      },
      { auth: { view: "hall" }, path: "/api/v1/overview" },
    );
    this.clock = setInterval(() => this.link.refresh(), AT_LEAST_EACH_MS);
  }

  draw(news) {
    Object.assign(this, news);
    this.changed();
  }

  take(overview) {
    setHallTime(overview.at);
    this.readAt = Date.now();
    const known = new Set(this.now?.alarms.map(alarmId));
    const fresh = this.now ? overview.alarms.filter((alarm) => !known.has(alarmId(alarm))) : [];
    const said = fresh.map((alarm) => alarmSentence(alarm, overview)).join(" ");
    this.draw({ now: overview, ...(said && { said }) });
  }

  /** Read again, but not for each of many events. */
  soon() {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.link.refresh();
    }, Math.max(0, this.readAt + AT_MOST_EACH_MS - Date.now()));
  }

  /** Whether a press may act now. */
  get isReady() {
    return this.isUp && !this.isBusy;
  }

  /** Send commands one after another until one is refused; gives whether all were done. */
  act(...commands) {
    return this.attempt(async () => {
      const answers = [];
      for (const command of commands) {
        const answer = await this.link.send({ ...command, id: newId() });
        if (!answer.ok) throw answer;
        answers.push(...answer.events);
      }
      this.said = told(answers);
      return true;
    });
  }

  /** Ask for something that is no command; gives the answer, or null when it was refused. */
  call(method, path, body) {
    return this.attempt(async () => (await tell(method, path, body)) ?? {});
  }

  /** Say something that was done, for those who hear the page. */
  tell = (said) => this.draw({ said });

  async attempt(what) {
    if (!this.isReady) return null;
    this.draw({ isBusy: true, refusal: "" });
    let answer = null;
    let refusal = "";
    try {
      answer = await what();
    } catch (problem) {
      refusal = sentence(problem);
    }
    await this.link.refresh();
    this.draw({ isBusy: false, refusal });
    return answer;
  }

  forgive = () => this.draw({ refusal: "" });

  close() {
    clearInterval(this.clock);
    clearTimeout(this.timer);
    this.link.close();
  }
}

/** A refusal, or a silence, in words. */
export function sentence(problem) {
  const isSilent = problem instanceof NoAnswer;
  if (isSilent) return t("The hall did not answer. What is shown here is read again as soon as it does.");
  if (problem instanceof Error) throw problem;
  return problem.detail || problem.title;
}
