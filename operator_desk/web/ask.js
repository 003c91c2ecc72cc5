/** What a command still has to be told: a reason, an outcome, a destination, a fate, a text. */
import { useState } from "preact/hooks";
import { LinkNotice, Question } from "ui/components.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Choices, reasonChoices } from "./choices.js";
import { Destination } from "./destination.js";
import { Leg, Onward, Planned } from "./journey.js";
import { Jump } from "./jump.js";
import { Break, Fate, strandedBy } from "./leaving.js";
import { WalkUp } from "./walk_up.js";

const KINDS = {
  reason: Reason,
  outcome: Outcome,
  destination: Destination,
  leg: Leg,
  planned: Planned,
  fate: Fate,
  break: Break,
  note: Note,
  walk_up: WalkUp,
  jump: Jump,
};

/** The question of one button. */
export function Asked({ asked, names, work, close }) {
  const { button, verb, answer } = asked;
  const { desk, hall } = work;
  return html`<${Question} title=${button.label} close=${close}>
    <${LinkNotice} isUp=${work.isUp} sentence=${t("No link to the hall. Trying again…")} />
    <${KINDS[button.asks]} ...${{ verb, names, desk, hall, work, answer }} />
  <//>`;
}

/**
 * What can be answered without asking: a hall without reasons of its own for a command is not asked about any, and
 * nobody is asked about those who wait when nobody does. Null when the question must be asked.
 */
export function answerAtHand({ asks }, verb, names, desk) {
  if (asks === "fate") return strandedBy(desk) ? null : {};
  const needsReason = asks === "reason" || (asks === "break" && !strandedBy(desk));
  return needsReason && !names.reasonsFor(verb).length ? { reason: "desk" } : null;
}

function Reason({ verb, names, answer }) {
  return html`<p class="soft">${t("Why?")}</p>
    <${Choices} choices=${reasonChoices(names, verb)} choose=${(reason) => answer({ reason })} />`;
}

function Outcome({ names, desk, hall, answer }) {
  const [callsNext, setCallsNext] = useState(false);
  const [goesOn, setGoesOn] = useState(true);
  const outcomes = names.hall.outcomes.map(({ id }) => ({ id, label: names.outcome(id) }));
  const choose = (outcome) =>
    answer({ outcome, ...(callsNext && !hall.pause && { call_next: true }), ...(!goesOn && { ends_visit: true }) });
  return html`${!hall.pause && html`<label class="tick">
      <input type="checkbox" checked=${callsNext} onChange=${(event) => setCallsNext(event.target.checked)} />
      ${t("and call the next visitor")}
    </label>`}
    <${Onward} ...${{ ticket: desk.ticket, names, goesOn, setGoesOn }} />
    <${Choices} choices=${outcomes} choose=${choose} />`;
}

const LONGEST_NOTE = 500;

function Note({ answer }) {
  const [text, setText] = useState("");
  const submit = (event) => {
    event.preventDefault();
    answer({ text: text.trim() });
  };
  return html`<form class="form" onSubmit=${submit}>
    <label>${t("What should the next desk know?")}
      <textarea rows="4" maxlength=${LONGEST_NOTE} required dir="auto" aria-describedby="note-hint" value=${text}
        onInput=${(event) => setText(event.target.value)}></textarea>
    </label>
    <p class="soft" id="note-hint">${t("Only desks that serve this visitor read it; it is erased at the end of the day.")}</p>
    <button class="main" disabled=${!text.trim()}>${t("Leave the note")}</button>
  </form>`;
}
