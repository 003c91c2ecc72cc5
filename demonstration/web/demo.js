/** The demonstration: kiosk, board, desk and phone in one page, each the real one, and a tour through them. */
import { useState } from "preact/hooks";
import { LanguageChooser, LinkNotice } from "ui/components.js";
import { deviceToken, keepDeviceToken } from "ui/device.js";
import { NoAnswer, read } from "ui/read.js";
import { start } from "ui/start.js";
import { nameOf, t } from "ui/texts.js";
import { html } from "ui/view.js";
import { Frames } from "./frames.js";
import { Speed, useSpeed } from "./speed.js";
import { Steps } from "./steps.js";
import { useTour } from "./use_tour.js";

/** The page of one who was let in; anybody else is told how to be. */
function Page({ hall, told }) {
  const [, again] = useState(0);
  return html`<header>
      <p>${nameOf(hall.names, hall.languages[0])}</p>
      <${LanguageChooser} spoken=${() => again((n) => n + 1)} />
    </header>
    <main>${told ? html`<${Demonstration} hall=${hall} told=${told} />` : html`<${NotLetIn} />`}</main>`;
}

function Demonstration({ hall, told }) {
  const { tour, isUp, fresh, changedByte, choseSpeed } = useTour(told);
  const speed = useSpeed(tour.speed, isUp);
  return html`<section class="tour">
      <h1>${t("A hall in ten minutes")}</h1>
      <p>${t("Four screens of one hall at work: visitors come, operators serve. Be one of them; what you do here harms nobody.")}</p>
      <${Speed} ...${{ ...speed, isUp, hall, tour, chose: choseSpeed }} />
      <${LinkNotice} isUp=${isUp} sentence=${t("The server is gone. All screens wait for it…")} />
      <${Steps} ...${{ tour, told: fresh, isUp, changedByte }} />
    </section>
    <${Frames} taken=${tour.taken} />`;
}

/** What a link that was used says, and one who came without any. */
const NotLetIn = () => html`<section class="outside">
  <h1>${t("This link was used already, or is too old")}</h1>
  <p>${t("Each link opens the demonstration once. In a terminal, in Novbe's folder, this prints a new one while the hall is open:")}</p>
  <pre dir="ltr"><code>make link</code></pre>
</section>`;

/** Use the link, or the session that it gave before. */
async function enter() {
  const asked = new URLSearchParams(location.search);
  const key = asked.get("key");
  asked.delete("key");
  if (key) {
    const headers = { "Content-Type": "application/json" };
    await orNothing(read("/api/v1/demo", { method: "POST", headers, body: JSON.stringify({ key }) }));
  }
  history.replaceState(null, "", asked.size ? `/demo?${asked}` : "/demo");
  const told = await orNothing(read("/api/v1/demo"));
  if (told) await beKiosk();
  return { told };
}

/** See that this browser is a kiosk of the hall: its token may be of a hall that is no more. */
async function beKiosk() {
  const headers = { Authorization: `Bearer ${deviceToken()}` };
  if (deviceToken() && (await orNothing(read("/api/v1/snapshot", { headers })))) return;
  keepDeviceToken((await read("/api/v1/demo/kiosk", { method: "POST" })).token);
}

/** A refusal is an answer; silence is asked again by who started. */
async function orNothing(answer) {
  try {
    return await answer;
  } catch (failure) {
    if (failure instanceof NoAnswer) throw failure;
    return null;
  }
}

await start(Page, enter);
