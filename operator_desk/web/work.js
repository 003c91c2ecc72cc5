/**
 * What the desk knows and does: its state as last read, the command under way, the refusal to show. The page draws it
 * and holds no rule of its own.
 */
import { setHallTime } from "ui/clock.js";
import { readDesks } from "ui/hall_names.js";
import { Link, newId } from "ui/link.js";
import { NoAnswer } from "ui/read.js";
import { t } from "ui/texts.js";
import { told, whatBecame } from "./told.js";

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
    /** Whether the hall has answered yet; then the hall, and the desk or null for an operator without one. */
    this.isRead = false;
    this.hall = null;
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

  take({ desk: facts, ticket, parked, last, counts, lifecycle, ...hall }) {
    setHallTime(hall.at);
    const before = this.desk;
    const desk = facts && { ...facts, ticket, parked, last, counts, lifecycle };
    this.draw({ isRead: true, hall, desk });
    if (before && before.number !== desk?.number && !this.command) this.lose(before.number);
  }

  /** The desk is another's or closed, and nobody here asked for that: say at once what became of it. */
  async lose(number) {
    const desks = await readDesks().catch(() => []);
    this.draw({ refusal: whatBecame(number, desks.find((desk) => desk.number === number)) });
  }

  /**
   * Counts come with each frame; whatever else happens at this desk is read as a whole. Who has no desk yet
   * and hears all of the hall cares for desks alone.
   */
  hear(events, frame) {
    const { counts, last_for } = frame;
    if (counts && this.desk) this.draw({ desk: { ...this.desk, counts, last_for } });
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

  /** Send one command for one press, and read what the desk is then; gives the events, none when it was refused. */
  async act(fields) {
    if (!this.isReady) return [];
    this.draw({ command: { ...fields, id: newId() }, refusal: "" });
    const { refusal, events } = await this.ask(this.command);
    await this.link.refresh();
    this.draw({ command: null, refusal });
    return events;
  }

  /** Send it; give the events, or the sentence of a refusal. */
  async ask(command) {
    try {
      const answer = await this.link.send(command);
      if (!answer.ok) return { refusal: answer.detail || answer.title, events: [] };
      this.said = told(answer.events);
      return { refusal: "", events: answer.events };
    } catch (failure) {
      if (!(failure instanceof NoAnswer)) throw failure;
      const refusal = t("The hall did not answer. What is shown here is read again as soon as it does.");
      return { refusal, events: [] };
    }
  }

  forgive = () => this.draw({ refusal: "" });
  close = () => this.link.close();
}
