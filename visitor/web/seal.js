/** The seal of the log, for paper: the last signed head, whole, and as a code. Anybody may print it and keep it. */
import { useEffect, useState } from "preact/hooks";
import { momentOf } from "ui/clock.js";
import { LanguageChooser, Refusal } from "ui/components.js";
import { HallNames } from "ui/hall_names.js";
import { NoAnswer, read } from "ui/read.js";
import { start } from "ui/start.js";
import { t, tn } from "ui/texts.js";
import { html } from "ui/view.js";

const GROUP = 8;

/** The page: a sheet of paper. */
function Page({ hall }) {
  const [, again] = useState(0);
  const { head, key, refusal } = useSeal();
  const names = new HallNames(hall);
  useEffect(() => {
    document.title = t("Seal of the log");
  });
  return html`<header>
      <p>${names.name}</p>
      <${LanguageChooser} spoken=${() => again((n) => n + 1)} />
    </header>
    <main>
      <h1>${t("Seal of the log")}</h1>
      <${Refusal} sentence=${refusal} />
      ${head && html`<${Sheet} ...${{ head, keyOfHall: key, names }} />`}
      ${head === null && html`<p role="status">${t("Nothing has been signed yet: the first seal comes within five minutes of the first event.")}</p>`}
    </main>`;
}

/** Ask for the last head once: paper does not change. */
function useSeal() {
  const [told, setTold] = useState({});
  useEffect(() => {
    read("/api/v1/heads?limit=1").then(
      ({ latest, keys }) => setTold({ head: latest, key: keys.find(({ key }) => key === latest?.key) }),
      (problem) =>
        setTold({ refusal: problem instanceof NoAnswer ? t("The server did not answer. Try again.") : problem.detail }),
    );
  }, []);
  return told;
}

function Sheet({ head, keyOfHall, names }) {
  const facts = [
    [t("Signed"), momentOf(head.at, names.timeZone)],
    [t("Covers"), tn("the first {n} event of the log", "the first {n} events of the log", head.size)],
    [t("Root"), html`<${Digits} of=${head.root} />`],
    [t("Key of the hall"), html`<${Digits} of=${keyOfHall?.public || head.key} />`],
    [t("Signature"), html`<${Digits} of=${head.signature} />`],
  ];
  return html`<p>${t("Whoever keeps this sheet outside the hall can prove later whether the log up to here was changed.")}</p>
    <dl>${facts.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <figure>
      <img src=${`/seal/${head.size}/code.svg`} alt=${t("The seal as a code, for a scanner")} />
      <figcaption class="soft">${t("The code is the signed line itself. Saved in a file, novbe-server verify and verify.py take it with --heads.")}</figcaption>
    </figure>
    <p class="by-hand">${t("Kept by, date, signature:")}</p>
    <p class="no-paper"><button type="button" onClick=${() => print()}>${t("Print")}</button></p>`;
}

/** Digits in groups, as two people read them to each other. */
const Digits = ({ of }) => html`<bdi dir="ltr"><code>${of.match(new RegExp(`.{1,${GROUP}}`, "g")).join(" ")}</code></bdi>`;

await start(Page);
