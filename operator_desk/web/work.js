/**
 * What the desk knows and does: its state as last read, the command under way, the refusal to show. The page draws it
 * and holds no rule of its own.
 */
import { setHallTime } from "ui/clock.js";
import { Link, newId } from "ui/link.js";
import { NoAnswer } from "ui/read.js";
import { t } from "ui/texts.js";
import { told } from "./verbs.js";

/** A second press of the same key, or at the same place, so soon is the same press: it must not act on what is there now. */
const SAME_PRESS_MS = 600;
const SAME_PLACE_PX = 40;

/** The desk at work, for one operator. */
export class Work {
  /**
   * @param {() => void} changed  called whenever there is something new to draw
   * @param {() => void} ended    called when the hall no longer knows this operator
   */
  constructor(changed, ended) {
    this.changed = changed;
    /** Whether the hall has answered yet; then the desk as it stands, or null for an operator without one. */
    this.isRead = false;
    this.desk = null;
    this.isUp = false;
    this.command = null;
    this.refusal = "";
    this.said = "";
    this.pressed = { timeStamp: -Infinity };
    this.link = new Link({
      snapshot: (snapshot) => this.take(snapshot),
      events: (events, frame) => this.hear(events, frame),
      link: (isUp) => this.draw({ isUp }),
      refused: ended,
    });
  }

  draw(news) {
    Object.assign(this, news);
    this.changed();
  }

  take(snapshot) {
    setHallTime(snapshot.at);
    const { ticket, parked, last, counts, lifecycle } = snapshot;
    const desk = snapshot.desk && { ...snapshot.desk, ticket, parked, last, counts, lifecycle };
    this.draw({ isRead: true, desk });
  }

  /**
   * Counts come with each frame; whatever else happens at this desk is read as a whole. Who has no desk yet
   * and hears all of the hall cares for desks alone.
   */
  hear(events, frame) {
    if (frame.counts && this.desk) this.draw({ desk: { ...this.desk, counts: frame.counts } });
    const news = this.desk ? events : events.filter(({ type }) => type.startsWith("desk_"));
    if (news.length) this.link.refresh();
  }

  /** Whether a press may act now. */
  get isReady() {
    return this.isUp && !this.command;
  }

  /** Whether this press is a new one, and not the other half of a double click or of a trembling key. */
  isNewPress({ type, key, clientX, clientY, timeStamp }) {
    const { pressed } = this;
    const isSoon = timeStamp - pressed.timeStamp < SAME_PRESS_MS;
    const isThere = Math.hypot(clientX - pressed.clientX, clientY - pressed.clientY) < SAME_PLACE_PX;
    if (isSoon && type === pressed.type && (key ? key === pressed.key : isThere)) return false;
    this.pressed = { type, key, clientX, clientY, timeStamp };
    return true;
  }

  /** Send one command for one press, and read what the desk is then. */
  async act(fields) {
    if (!this.isReady) return false;
    this.draw({ command: { ...fields, id: newId() }, refusal: "" });
    const refusal = await this.ask(this.command);
    await this.link.refresh();
    this.draw({ command: null, refusal });
    return !refusal;
  }

  /** Send it; give the sentence of a refusal, or nothing. */
  async ask(command) {
    try {
      const answer = await this.link.send(command);
      if (!answer.ok) return answer.detail || answer.title;
      this.said = told(answer.events);
      return "";
    } catch (failure) {
      if (!(failure instanceof NoAnswer)) throw failure;
      return t("The hall did not answer. What is shown here is read again as soon as it does.");
    }
  }

  forgive = () => this.draw({ refusal: "" });
  close = () => this.link.close();
}
