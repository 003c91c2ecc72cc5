/** Names of what the hall has, by id, in the page's language; and what follows from the hall's tables. */
import { read } from "ui/read.js";
import { nameOf } from "ui/texts.js";

/** @typedef {{id: string, names: Object<string, string>, children: Node[], queue?: string}} Node */

/** The desks as they are now. */
export const readDesks = () => read("/api/v1/desks");

/** The hall as GET /api/v1/hall tells it. */
export class HallNames {
  constructor(hall) {
    this.hall = hall;
    this.main = hall.languages[0];
    this.timeZone = hall.time_zone;
    this.usualOutcome = hall.outcomes[0]?.id || "served";
  }

  /** The name for the page's language from a table of names. */
  pick = (names) => nameOf(names, this.main);

  of(table, id) {
    const found = this.hall[table].find((row) => row.id === id);
    return found ? this.pick(found.names) : id;
  }

  get name() {
    return this.pick(this.hall.names);
  }

  outcome = (id) => this.of("outcomes", id);
  reason = (id) => this.of("reasons", id);
  zone = (id) => this.of("zones", id);

  /** The reasons that may stand in a command. */
  reasonsFor = (verb) => this.hall.reasons.filter((reason) => reason.verbs.includes(verb));

  /** Services to send a visitor to, grouped as in the tree: `[{group, services}]`. */
  get groups() {
    const groups = new Map();
    for (const { node, branch } of this.hall.services.flatMap((root) => leavesOf(root, []))) {
      const group = branch.map(this.pick).join(" · ");
      groups.set(group, [...(groups.get(group) || []), { id: node.id, name: this.pick(node.names), queue: node.queue }]);
    }
    return [...groups].map(([group, services]) => ({ group, services }));
  }
}

/** The leaves under a node, each with the names of the branch it hangs on. @param {Node} node */
function leavesOf(node, branch) {
  if (node.queue) return [{ node, branch }];
  return node.children.flatMap((child) => leavesOf(child, [...branch, node.names]));
}
