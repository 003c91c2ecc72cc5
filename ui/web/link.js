/**
 * The page's link to the hall: joins, reads a snapshot, follows frames, sends commands, and starts again after
 * any break. A page gives callbacks and never touches the socket.
 */
import { io } from "socket.io-client";
import { heardHallTime } from "ui/clock.js";
import { Follower, rank } from "ui/follow.js";
import { NoAnswer, read } from "ui/read.js";
import { language } from "ui/texts.js";

const ANSWER_MS = 4000;
const GIVE_UP_MS = 20000;
/** A try that hangs this long, and the longest pause with the half more that chance adds: 10 s after the hall is back. */
const TRY_MS = 5000;
const LONGEST_PAUSE_MS = 3000;
const BEAT_MS = 1000;
/** A silence of the page's own timer that only sleep explains; the server hangs up on who is silent for 18 s. */
const ASLEEP_MS = 15000;

/** A command id: the same one when the command is sent again, so that it never acts twice. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @typedef {Object} Ears
 * @property {(snapshot: any) => void} snapshot  the whole state, at first and after every break
 * @property {(events: any[], frame: any) => void} events  what happened since
 * @property {(isUp: boolean) => void} link  whether the hall can be heard
 * @property {(problem: any) => void} [refused]  the hall does not let this page in
 */

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A link to the hall. */
export class Link {
  /**
   * @param {Ears} ears
   * @param {{auth?: Object, place?: Object, path?: string, pollMs?: number}} about  what the page says of itself;
   *   `path` is its snapshot; with `pollMs` the snapshot is read again and again while no socket can be had
   */
  constructor(ears, { auth = {}, place = {}, path = "/api/v1/snapshot", pollMs = 0 } = {}) {
    const headers = auth.token ? { Authorization: `Bearer ${auth.token}` } : {};
    Object.assign(this, { ears, place, path, headers, follower: new Follower(), held: [] });
    this.isUp = this.isWanted = this.mustJoin = this.isAlone = false;
    /** @type {Promise<void>|null} the reading that is under way */
    this.reading = null;
    this.beatAt = Date.now();
    this.socket = io({
      transports: ["websocket"],
      auth: (give) => give({ ...auth, language: language() }),
      reconnectionDelay: 300,
      reconnectionDelayMax: LONGEST_PAUSE_MS,
      timeout: TRY_MS,
    });
    this.socket.on("connect", () => this.join());
    this.socket.on("disconnect", () => this.lost());
    this.socket.on("connect_error", (error) => this.lost(error.data));
    this.socket.on("events", (frame) => this.hear(frame));
    document.addEventListener("visibilitychange", this.wake);
    addEventListener("online", this.wake);
    this.beat = setInterval(() => this.notice(), BEAT_MS);
    if (pollMs) this.poll = setInterval(() => this.socket.connected || this.readAlone(), pollMs);
  }

  /** A tab that slept or a network that came back: what was missed is read, not guessed. */
  wake = () => {
    if (document.visibilityState !== "visible") return;
    if (this.hasSlept()) this.reconnect();
    else if (this.socket.connected) this.join();
    else this.socket.connect();
  };

  /** A machine whose lid was closed says nothing when it wakes; its timers tell. Nobody presses in a hidden page. */
  notice() {
    if (this.hasSlept() && document.visibilityState === "visible") this.reconnect();
    this.beatAt = Date.now();
  }

  hasSlept = () => Date.now() - this.beatAt > ASLEEP_MS;

  /** The socket may look alive and be dead for long: what the page shows is not believed until it is read anew. */
  reconnect() {
    this.beatAt = Date.now();
    this.socket.disconnect();
    this.socket.connect();
  }

  /** Stop listening. */
  close() {
    document.removeEventListener("visibilitychange", this.wake);
    removeEventListener("online", this.wake);
    clearInterval(this.beat);
    clearInterval(this.poll);
    this.socket.disconnect();
  }

  lost(problem) {
    if (problem?.code) this.ears.refused?.(problem);
    if (!this.poll) this.say(false);
    else if (!this.isAlone) this.readAlone();
  }

  say(isUp) {
    if (this.isUp === isUp) return;
    this.isUp = isUp;
    this.ears.link(isUp);
  }

  /** Enter the rooms (again) and read the state. */
  join() {
    this.mustJoin = true;
    this.isAlone = false;
    return this.refresh();
  }

  /** Read the whole state, once more when asked meanwhile; done when what was asked for last is read. */
  refresh() {
    this.isWanted = true;
    this.reading ||= this.readAll();
    return this.reading;
  }

  async readAll() {
    await null; // so that `reading` is set before it can end
    while (this.isWanted && this.socket.connected) {
      this.isWanted = false;
      await this.readOnce();
    }
    this.reading = null;
    this.held.splice(0).forEach((frame) => this.hear(frame));
  }

  async readOnce() {
    try {
      if (this.mustJoin) await this.socket.timeout(ANSWER_MS).emitWithAck("join", this.known());
      this.mustJoin = false;
      const snapshot = await read(this.path, { headers: this.headers });
      if (!this.mustJoin) this.stand(snapshot); // a new connection meanwhile: this was read before it
    } catch (failure) {
      this.say(false);
      if (failure.status === 401 || failure.status === 404) this.ears.refused?.(failure);
      else await pause(1000).then(() => (this.isWanted = true));
    }
  }

  /** Without a socket the state can still be read; the browser revalidates it by its ETag. */
  async readAlone() {
    this.isAlone = true;
    try {
      this.stand(await read(this.path, { headers: this.headers }));
    } catch (failure) {
      this.say(false);
      if (failure.status === 404) this.ears.refused?.(failure);
    }
  }

  /** What the page says of itself; a server that was superseded learns it from the epoch. */
  known() {
    return this.follower.epoch ? { ...this.place, epoch: this.follower.epoch } : this.place;
  }

  stand(snapshot) {
    if (rank(snapshot.epoch) < rank(this.follower.epoch)) throw new Error("superseded");
    this.follower.stand(snapshot.epoch, snapshot.seq);
    this.ears.snapshot(snapshot);
    this.say(true);
  }

  hear(frame) {
    if (this.reading) {
      this.held.push(frame);
      return;
    }
    const events = this.follower.news(frame);
    if (events === null) {
      this.join();
      return;
    }
    if (events.length) heardHallTime(events.at(-1).at);
    this.ears.events(events, frame);
  }

  /**
   * Send a command until it is answered, always with the same id; throws NoAnswer when that takes too long.
   * @returns {Promise<any>} the answer, or a problem document with `ok: false`
   */
  async send(command) {
    const end = Date.now() + GIVE_UP_MS;
    while (Date.now() < end) {
      const answer = await this.ask(command);
      if (answer && answer.status !== 503) return answer;
      await pause(400);
    }
    throw new NoAnswer(command.type);
  }

  async ask(command) {
    if (!this.socket.connected) return null;
    try {
      return await this.socket.timeout(ANSWER_MS).emitWithAck("command", command);
    } catch {
      return null;
    }
  }
}
