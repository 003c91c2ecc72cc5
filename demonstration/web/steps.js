/** The five steps in plain words; each is ticked off by what the hall does. */
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";
import { Byte } from "./byte.js";
import { Power } from "./power.js";
import { current, STEPS } from "./tour.js";

/** The steps, the one to take now laid open. */
export function Steps(props) {
  const { tour } = props;
  const now = current(tour);
  const what = { take: Take, call: Call, board: Board, power: Power, byte: Byte };
  const titles = {
    take: t("Take a ticket"),
    call: t("Call it"),
    board: t("See the board"),
    power: t("Stop the server"),
    byte: t("Change one byte of the log"),
  };
  return html`<ol class="steps">${STEPS.map((step, index) => {
      const isDone = tour.done.includes(step);
      return html`<li key=${step} data-step=${step} data-done=${isDone} aria-current=${step === now ? "step" : undefined}>
        <details open=${step === now || (step === "byte" && isDone)}>
          <summary><span class="mark" aria-hidden="true">${isDone ? "✓" : index + 1}</span> ${titles[step]}
            ${isDone && html`<span class="unseen">${t("Done")}</span>`}</summary>
          <${what[step]} ...${props} />
        </details>
      </li>`;
    })}</ol>
    <p class="unseen" role="status">${tn("{n} step of five is done.", "{n} steps of five are done.", tour.done.length)}</p>
    ${!now && html`<${End} />`}`;
}

const Take = () => html`<p>${t("At the kiosk, touch a service and then “Take a ticket”. The phone shows the page that the ticket's code leads to.")}</p>`;

function Call({ tour, hall }) {
  const desk = hall.desks.find(({ queues }) => queues.includes(tour.taken?.queue))?.number || hall.desks[0]?.number;
  return html`<p>${t("At the desk, choose desk {desk}, then press “Call next”.", { desk })}</p>
    ${tour.other && html`<p class="hint">${t("{ticket} was called first: it was taken earlier. Finish with it, then call the next one.", { ticket: tour.other })}</p>`}`;
}

const Board = ({ tour }) => html`<p>
  ${t("The board shows {ticket} and the desk, and the phone says where to go. Now press “Start service” at the desk: the number moves to “Called before”.", { ticket: tour.taken?.ticket || "" })}
</p>`;

const End = () => html`<section class="end">
  <h2>${t("That was the tour")}</h2>
  <p>${t("The hall stays open: try what you like. These lead on:")}</p>
  <ul>
    <li><a href="/manager" target="_blank">${t("Run the hall's day: desks, services, people, devices")}</a></li>
    <li><a href="/greeter" target="_blank">${t("Help visitors at the entrance: give tickets, find a ticket")}</a></li>
  </ul>
</section>`;
