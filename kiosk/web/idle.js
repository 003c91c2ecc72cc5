/** Whether the visitor is still there: a question before the first screen comes back, so that nobody is hurried. */
import { useEffect, useRef, useState } from "preact/hooks";
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";

const IDLE_SECONDS = 45;
const WARNING_SECONDS = 20;
/** Screens that end by themselves; the number stays long enough to be noted. */
const STAY_SECONDS = { thanks: 24, booked: 40, sorry: 12, help: 180 };
const TOUCHES = ["click", "keydown", "scroll"];

/** Count the seconds without a touch; gives how many are left once the question is asked. */
export function useIdle(screen, start, rest) {
  const [seconds, setSeconds] = useState(0);
  const more = () => setSeconds(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((n) => n + 1), 1000);
    TOUCHES.forEach((kind) => addEventListener(kind, more, { capture: true }));
    return () => {
      clearInterval(timer);
      TOUCHES.forEach((kind) => removeEventListener(kind, more, { capture: true }));
    };
  }, []);
  useEffect(more, [screen]);
  const patience = STAY_SECONDS[screen.name] || IDLE_SECONDS + WARNING_SECONDS;
  useEffect(() => {
    if (seconds < patience || screen.name === "moment") return;
    more();
    if (screen.name === "home") rest();
    else start();
  }, [seconds]);
  const isAsked = ["tree", "service", "code", "document", "late", "offer"].includes(screen.name) && seconds >= IDLE_SECONDS;
  return { secondsLeft: isAsked ? Math.max(1, patience - seconds) : 0, more };
}

/** Asks; a touch anywhere goes on. */
export function StillThere({ seconds, more }) {
  const box = useRef(null);
  useEffect(() => {
    box.current.showModal();
  }, []);
  return html`<dialog ref=${box} class="still-there" aria-labelledby="still-there" onClose=${more}>
    <h2 id="still-there">${t("Do you need more time?")}</h2>
    <p>${tn("The first screen comes back in {n} second.", "The first screen comes back in {n} seconds.", seconds)}</p>
    <button type="button" class="main" onClick=${more}>${t("Yes, I need more time")}</button>
  </dialog>`;
}
