/** Before a browser is a kiosk: it shows a code, a manager types it in, and the hall gives it a token. */
import { useEffect, useState } from "preact/hooks";
import { read } from "ui/read.js";
import { nameOf, t } from "ui/texts.js";
import { html } from "ui/view.js";

const ASK_MS = 1500;

/** Shows the code of the hall; `paired` is given the token. A code that expires is followed by another. */
export function Pairing({ hall, paired }) {
  const [code, setCode] = useState("");
  useEffect(() => {
    const asking = { isOver: false };
    pair(asking, setCode, paired);
    return () => {
      asking.isOver = true;
    };
  }, []);
  return html`<header><p>${nameOf(hall.names, hall.languages[0])}</p></header>
    <main class="pairing">
      <h1>${t("This device is not part of the hall yet.")}</h1>
      <p>${t("On the page {page} a manager opens “Devices” and types in this code.", { page: `${location.origin}/manager` })}</p>
      <p class="code" role="status">${code ? html`<bdi dir="ltr">${code}</bdi>` : t("One moment, please")}</p>
      <p class="soft">${t("This screen then goes on by itself. A code that expires is followed by another.")}</p>
    </main>`;
}

/** Ask for codes until one of them was typed in. */
async function pair(asking, setCode, paired) {
  while (!asking.isOver) {
    const given = await newCode();
    setCode(given?.code || "");
    const token = given && (await wait(asking, given.secret));
    if (token && !asking.isOver) paired(token);
    await pause();
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, ASK_MS));

const newCode = () =>
  read("/api/v1/pairing", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ role: "kiosk" }),
  }).catch(() => null);

/** Ask whether the code was typed in; gives the token, or nothing once the code is of no use. */
async function wait(asking, secret) {
  for (;;) {
    await pause();
    if (asking.isOver) return null;
    const answer = await read("/api/v1/pairing", { headers: { Authorization: `Bearer ${secret}` } }).catch(
      (problem) => (problem.status ? { state: "expired" } : { state: "waiting" }),
    );
    if (answer.token) return answer.token;
    if (answer.state !== "waiting") return null;
  }
}
