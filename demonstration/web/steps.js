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
    call: t("Wait for your turn"),
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

function Call({ told }) {
  return html`<p>${t("Others came before you, and the hall's operators call everybody in turn: within two minutes it is you.")}</p>
    ${told.free_desk && html`<p>${t("Or help: desk {desk} is free. Choose it in the frame “Desk” and press “Call next”: whoever is next comes to you.", { desk: told.free_desk })}</p>`}`;
}

const Board = ({ tour }) => html`<p>
  ${t("The board shows {ticket} and the desk, and the phone says where to go. When the service begins there, the number moves to “Called before”. At a desk of yours, press “Start service”.", { ticket: tour.taken?.ticket || "" })}
</p>`;

const End = () => html`<section class="end">
  <h2>${t("That was the tour")}</h2>
  <p>${t("The hall stays open: try what you like. These lead on:")}</p>
  <ul>
    <li><a href="/manager" target="_blank">${t("Run the hall's day: desks, services, people, devices")}</a></li>
    <li><a href="/greeter" target="_blank">${t("Help visitors at the entrance: give tickets, find a ticket")}</a></li>
  </ul>
</section>`;
