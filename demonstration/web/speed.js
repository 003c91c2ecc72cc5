/** How fast the hall's time passes: its clock, and a button for each speed. */
import { useEffect, useRef, useState } from "preact/hooks";
import { clockTime } from "ui/clock.js";
import { read, tell } from "ui/read.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { SPEEDS } from "./tour.js";

const PATH = "/api/v1/demo/speed";
const LOOK_MS = 1000;

/** The speed and the time of the hall, looked at each second, and how to choose another; `wanted` by the tour. */
export function useSpeed(wanted, isUp) {
  const [shown, setShown] = useState({ speed: 1, at: 0 });
  const asked = useRef(wanted);
  useEffect(() => {
    const look = () => read(PATH).then(setShown, () => null);
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [isUp]);
  const choose = (speed) => tell("PUT", PATH, { speed }).then(setShown, () => null);
  useEffect(() => {
    if (asked.current !== wanted) choose(wanted);
    asked.current = wanted;
  }, [wanted]);
  return { ...shown, choose };
}

/** The clock and the buttons. */
export function Speed({ speed, at, choose, isUp, hall }) {
  return html`<div class="speed" role="group" aria-label=${t("How fast the hall's time passes")}>
    <p><span class="soft">${t("In the hall it is")}</span> <strong class="clock"><bdi>${at ? clockTime(at, hall.time_zone) : "–"}</bdi></strong></p>
    <p class="row">${SPEEDS.map((each) => html`<button key=${each} type="button" class="next" aria-pressed=${each === speed} disabled=${!isUp} onClick=${() => choose(each)}>
      <span aria-hidden="true"><bdi>${`${each}×`}</bdi></span>
      <span class="unseen">${each === 1 ? t("As fast as yours") : t("{speed} times as fast", { speed: each })}</span>
    </button>`)}</p>
  </div>`;
}
