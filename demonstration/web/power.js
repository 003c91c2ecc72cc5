/** A power cut at the press of a button: the server is killed, and everything comes back. */
import { useState } from "preact/hooks";
import { Refusal } from "ui/components.js";
import { read } from "ui/read.js";
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";

/** What happens, the button, and how to do it in a terminal. */
export function Power({ tour, told, isUp }) {
  const [refusal, setRefusal] = useState("");
  const cut = () =>
    read("/api/v1/demo/power-cut", { method: "POST" }).then(
      () => setRefusal(""),
      (problem) => setRefusal(problem.detail || ""),
    );
  return html`<p>
      ${t("The button kills the server as a power cut would, in the middle of everything. The screens say that they have lost the hall. Some seconds later it is started again, and they all come back by themselves, with the same numbers.")}
    </p>
    <button type="button" class="next danger" disabled=${!isUp} onClick=${cut}>${t("Cut the power")}</button>
    <${Refusal} sentence=${refusal} />
    ${tour.back > 0 && html`<p class="good" role="status">
      ${tn("Everything is back after {n} second; nothing is lost.", "Everything is back after {n} seconds; nothing is lost.", tour.back)}
    </p>`}
    <p class="hint">${t("In a terminal this does the same:")}</p>
    <pre dir="ltr" tabindex="0"><code>$ ${told.kill}</code></pre>`;
}
