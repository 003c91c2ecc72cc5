/** Following the hall by its sequence, as protocol/catchup.py does: what is news, what is old, what is missing. */

/** @typedef {{seq: number, type: string}} HallEvent */
/** @typedef {{epoch: string, from_seq: number, to_seq: number, events: HallEvent[]}} Frame */

/** The place of an epoch among those of a hall; a server in an earlier one was superseded. */
export const rank = (epoch) => Number(/^(\d+)-/.exec(epoch)?.[1] ?? 0);

/** Where a page stands in the hall's history. Delivery is at most once, so only `seq` is trusted. */
export class Follower {
  epoch = "";
  seq = 0;

  /** Take a snapshot's place in the history. */
  stand(epoch, seq) {
    this.epoch = epoch;
    this.seq = seq;
  }

  /**
   * Give the frame's events not seen yet, or null when something is missing; then nothing was taken.
   * @param {Frame} frame
   * @returns {HallEvent[] | null}
   */
  news(frame) {
    if (frame.epoch !== this.epoch || frame.from_seq > this.seq + 1) return null;
    const fresh = frame.events.filter((event) => event.seq > this.seq);
    this.seq = Math.max(this.seq, frame.to_seq);
    return fresh;
  }
}
