/** The desk while it works: the visitor here, what can be done next, and what lies beside. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { LinkNotice, Said } from "ui/components.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Actions, press } from "./actions.js";
import { Asked } from "./ask.js";
import { Beside } from "./beside.js";
import { idleButtons } from "./idle.js";
import { Notices, Unsure } from "./notices.js";
import { useAlerts } from "./offer.js";
import { Ticket } from "./ticket.js";
import { buttonsFor } from "./verbs.js";
import { GivenTicket } from "./walk_up.js";

/** Who may call past others; the server's table decides (server/domain/rights.py), and a test compares the two. */
export const MAY_JUMP = ["lead", "manager", "admin"];

/** All of the desk's page below its head. */
export function DeskPage({ work, names, operator }) {
  const [asked, setAsked] = useState(null);
  const [given, setGiven] = useState(null);
  const { desk, hall } = work;
  const { ticket } = desk;
  // Nobody is the operator any more in the picture between logging out and the end of the link.
  const buttons = ticket ? buttonsFor(desk, names, hall.pause) : idleButtons(desk, MAY_JUMP.includes(operator?.role));
  const send = async (button, more = {}) => {
    if (!work.isReady) return;
    setAsked(null);
    const events = await work.act(commandOf(button, ticket, desk, more));
    const issued = events.find(({ type }) => type === "ticket_issued");
    if (issued) setGiven(events.some(({ type }) => type === "ticket_called") ? null : issued);
  };
  const go = (button, event) => press({ button, event, names, work, send, setAsked });
  const isOver = asked && !isStillPossible(asked, buttons, desk);
  useEffect(() => {
    if (isOver) setAsked(null);
  }, [isOver]);
  useKeys(buttons, go);
  useAlerts(desk);
  const focus = useKeptFocus(work);
  return html`<div class="at-work" ref=${focus}>
    <section class="now" aria-label=${t("The visitor at this desk")}>
      <${LinkNotice}
        isUp=${work.isUp}
        sentence=${t("No link to the hall. Nothing can be done from here until it is back; trying again…")}
      />
      <${Notices} work=${work} names=${names} />
      <${GivenTicket} given=${given} dismiss=${() => setGiven(null)} />
      <${Unsure} work=${work} names=${names} />
      <${Ticket} desk=${desk} names=${names} />
      <${Actions} buttons=${buttons} work=${work} go=${go} />
      <${Said} sentence=${work.said} />
    </section>
    <${Beside} work=${work} names=${names} go=${go} />
    ${asked && !isOver && html`<${Asked} asked=${asked} names=${names} work=${work} close=${() => setAsked(null)} />`}
  </div>`;
}

/** Whether what is asked about is still here: a question that was open while the desk went on is no stale button. */
function isStillPossible({ button, about }, buttons, { ticket, parked }) {
  if (button.subject) return parked.some((one) => one.ticket === button.subject.ticket);
  return buttons.some(({ name }) => name === button.name) && (button.isOfDesk || about === ticket?.ticket);
}

/** The command that a button stands for. */
function commandOf(button, ticket, desk, more) {
  const about = button.subject || (button.isOfDesk ? null : ticket);
  const facts = about ? { ticket: about.ticket, day: about.day } : {};
  return { type: button.command || button.verb, desk: desk.number, ...facts, ...button.fields, ...more };
}

/**
 * The keys on the buttons work wherever the focus is, but for an open question; a held key acts once. They work as soon
 * as the buttons can be seen: an effect that waits for the picture would lose the press of a quick hand.
 */
function useKeys(buttons, go) {
  const now = useRef(null);
  now.current = { buttons, go };
  useLayoutEffect(() => {
    const hear = (event) => {
      const { buttons: shown, go: act } = now.current;
      const isPlain = !(event.ctrlKey || event.altKey || event.metaKey || event.shiftKey);
      const button = isPlain && shown.find(({ key }) => key === event.key);
      if (!button) return;
      event.preventDefault();
      if (!event.repeat && !document.querySelector("dialog[open]")) act(button, event);
    };
    addEventListener("keydown", hear);
    return () => removeEventListener("keydown", hear);
  }, []);
}

/** When the button that had the focus is gone, the main one gets it, so that the keyboard never loses its place. */
function useKeptFocus(work) {
  const box = useRef(null);
  useEffect(() => {
    const isLost = !document.activeElement || document.activeElement === document.body;
    if (isLost && !work.command) box.current?.querySelector("button.main")?.focus({ preventScroll: true });
  });
  return box;
}
