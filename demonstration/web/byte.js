/** One byte of a copy of the log is changed, and the proof that it does not go unnoticed. */
import { useState } from "preact/hooks";
import { Refusal } from "ui/components.js";
import { read } from "ui/read.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";

/** What happens, the button, what both proofs say, and how to do it in a terminal. */
export function Byte({ told, isUp, changedByte }) {
  const [proofs, setProofs] = useState(null);
  const [refusal, setRefusal] = useState("");
  const [isBusy, setBusy] = useState(false);
  const change = async () => {
    setBusy(true);
    setRefusal("");
    try {
      setProofs(await read("/api/v1/demo/changed-byte", { method: "POST", signal: AbortSignal.timeout(60000) }));
      changedByte();
    } catch (problem) {
      setRefusal(problem.detail || t("The server did not answer. Try again."));
    }
    setBusy(false);
  };
  return html`<p>
      ${t("Every event of this hall stands in one log. The button copies the log, changes one byte of the copy, and lets “verify” prove both: the log is sound, and the copy is found out.")}
    </p>
    <button type="button" class="next" disabled=${!isUp || isBusy} onClick=${change}>
      ${isBusy ? t("Proving…") : t("Change one byte of a copy")}
    </button>
    <${Refusal} sentence=${refusal} />
    <div class="proofs" role="status">${proofs && html`<${Proofs} ...${proofs} />`}</div>
    <p class="hint">${t("In a terminal this does the same:")}</p>
    <pre dir="ltr" tabindex="0"><code>${(proofs?.commands || told.commands).map((line) => `$ ${line}`).join("\n")}</code></pre>`;
}

const Proofs = ({ seq, before, after, original, copy }) => html`
  <p>${t("In the copy, event {seq} says another thing:", { seq })}</p>
  <p dir="ltr"><code>${before}</code> → <code>${after}</code></p>
  <h3>${t("What “verify” says of the log")}</h3>
  <pre dir="ltr" lang="en" tabindex="0" class=${original.status ? "bad" : "good"}>${original.says}</pre>
  <h3>${t("What it says of the copy")}</h3>
  <pre dir="ltr" lang="en" tabindex="0" class=${copy.status ? "bad" : "good"}>${copy.says}</pre>`;
