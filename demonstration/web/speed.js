/** How fast the hall's time passes: its clock, and a button for each speed. */
import { useEffect, useState } from "preact/hooks";
import { clockTime } from "ui/clock.js";
import { read, tell } from "ui/read.js";
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { SPEEDS } from "./tour.js";

const PATH = "/api/v1/demo/speed";
const LOOK_MS = 1000;

/** The speed and the time of the hall, looked at each second, and how to set another; `wanted` is the tour's. */
export function useSpeed(wanted, isUp) {
  const [shown, setShown] = useState({ speed: 1, at: 0 });
  useEffect(() => {
    const look = () => read(PATH).then(setShown, () => null);
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [isUp]);
  const set = (speed) => tell("PUT", PATH, { speed }).then(setShown, () => null);
  useEffect(() => {
    if (isUp && wanted) set(wanted); // also after a start of the server, which begins with 1
  }, [wanted, isUp]);
  return { ...shown, set };
}

/** The clock and the buttons, and what the tour has chosen for the sake of whom. */
export function Speed({ speed, at, set, isUp, hall, tour, chose }) {
  const press = (each) => {
    chose();
    set(each);
  };
  const isHurried = tour.since > 0 && speed > 1;
  return html`<div class="speed" role="group" aria-label=${t("How fast the hall's time passes")}>
    <p><span class="soft">${t("In the hall it is")}</span> <strong class="clock"><bdi>${at ? clockTime(at, hall.time_zone) : "–"}</bdi></strong></p>
    <p class="row">${SPEEDS.map((each) => html`<button key=${each} type="button" class="next" aria-pressed=${each === speed} disabled=${!isUp} onClick=${() => press(each)}>
      <span aria-hidden="true"><bdi>${`${each}×`}</bdi></span>
      <span class="unseen">${each === 1 ? t("As fast as yours") : tn("{n} time as fast", "{n} times as fast", each)}</span>
    </button>`)}</p>
    <div role="status">${isHurried && html`<p class="good">
      ${tn("Until {ticket} is called, the hall's time passes {n} time as fast.", "Until {ticket} is called, the hall's time passes {n} times as fast.", speed, { ticket: tour.taken.ticket })}
    </p>`}</div>
  </div>`;
}
