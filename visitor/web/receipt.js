/** The proof of a visitor's ticket: checked here, in the browser, and kept on the phone for the next look. */
import { useEffect, useState } from "preact/hooks";
import { momentOf } from "ui/clock.js";
import { NoAnswer, read } from "ui/read.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";
import { canCheck, hasOnlyGrown, isSigned, leafOf, rootBy } from "./proof.js";

const AGAIN_MS = 60000;
const ROOT_SHOWN = 16;
const PROGRAM = "/static/visitor/verify.py";

/** What the slip's own address says of its event, `<seq>-<16 hex>`: a browser sends it nowhere. */
const slip = /^#(\d+)-([0-9a-f]{16})$/.exec(location.hash);

/** The section; whatever speaks against the hall stands above all else. */
export function Receipt({ token, hall }) {
  const [told, setTold] = useState(null);
  useEffect(() => {
    let isWanted = true;
    let timer = 0;
    const look = async () => {
      const found = await looked(token);
      if (!isWanted) return;
      setTold(found);
      if (!found.receipt?.head) timer = setTimeout(look, AGAIN_MS);
    };
    look();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [token]);
  if (!told?.receipt) return null;
  const { receipt, steps } = told;
  const bad = steps.filter(({ is }) => is === "bad");
  return html`<div role="alert" class="convicted">${bad.map(({ says }) => html`<p key=${says}>⚠ ${says()}</p>`)}</div>
    <details class="receipt">
      <summary>${t("Proof of your ticket")}</summary>
      <p>${t("The hall's log cannot be changed unseen. This page has checked your ticket in it, here on your phone:")}</p>
      <ul>${steps.map(({ is, says }) => html`<li key=${says} data-is=${is}><span aria-hidden="true">${MARKS[is]}</span> ${says(hall)}</li>`)}</ul>
      ${receipt.head && html`<p class="soft"><bdi dir="ltr"><code>${receipt.head.root.slice(0, ROOT_SHOWN)}</code></bdi></p>
        <p><a href=${`/api/v1/visits/${encodeURIComponent(token)}/receipt`} download=${`${receipt.ticket}-${receipt.day}.json`}>${t("Save the receipt")}</a></p>`}
      <p><a href=${PROGRAM} download="verify.py">${t("Check it without this hall, with a program for everybody")}</a></p>
    </details>`;
}

const MARKS = { good: "✓", bad: "⚠", unknown: "–" };

/** Ask for the receipt and check it; nothing is told while the hall does not answer. */
async function looked(token) {
  try {
    const receipt = await read(`/api/v1/visits/${encodeURIComponent(token)}/receipt`);
    if (!canCheck()) return { receipt, steps: [step("unknown", () => t("This page came without encryption, so the browser checks nothing. Save the receipt, and check it with the program."))] };
    return { receipt, steps: await checked(token, receipt) };
  } catch (failure) {
    if (failure instanceof NoAnswer || failure.code) return {};
    throw failure;
  }
}

const step = (is, says) => ({ is, says });

/** Each thing that was checked, and how it came out. */
async function checked(token, receipt) {
  const leaf = await leafOf(receipt.body);
  const before = keptOf(token);
  const steps = [...againstSlip(receipt, leaf), ...againstKept(before, receipt, leaf)];
  const { head, seq } = receipt;
  if (!head) return [...steps, step("unknown", () => t("The hall signs its log every five minutes. Until then your receipt is not ready."))];
  const isUnder = (await rootBy(receipt.path, leaf, seq - 1, head.size)) === head.root;
  steps.push(
    isUnder
      ? step("good", () => t("Your ticket stands in the log, as its event {seq}.", { seq }))
      : step("bad", () => t("The hall does not prove that your ticket is in its log.")),
    await signature(receipt),
  );
  if (before?.head) steps.push(await growth(before.head, head));
  if (steps.every(({ is }) => is !== "bad")) keep(token, { seq, leaf, head });
  return steps;
}

function againstSlip({ seq }, leaf) {
  if (!slip) return [];
  const isSame = Number(slip[1]) === seq && leaf.startsWith(slip[2]);
  return [
    isSame
      ? step("good", () => t("The log says what your slip says."))
      : step("bad", () => t("Your slip says something else than the hall's log: the log was rewritten. Keep your slip, and tell the inspectors.")),
  ];
}

function againstKept(before, { seq }, leaf) {
  if (!before || (before.seq === seq && before.leaf === leaf)) return [];
  return [step("bad", () => t("The log says something else of your ticket than it did before: it was rewritten. Keep your slip, and tell the inspectors."))];
}

async function signature({ head, keys }) {
  const key = keys.find((each) => each.key === head.key);
  const isTrue = key ? await isSigned(head, key.public) : false;
  if (isTrue === null) return step("unknown", () => t("This browser cannot check signatures. The program can."));
  return isTrue
    ? step("good", (hall) => t("The hall signed this log: {time}.", { time: momentOf(head.at, hall.time_zone) }))
    : step("bad", () => t("The signature on the hall's log is false."));
}

/** Compare with the log as it was signed when this phone looked before; it cannot be shorter now. */
async function growth(before, head) {
  const only = before.size <= head.size && (await isProved(before, head));
  if (only) return step("good", () => t("Since you looked before, the log has only grown."));
  // A restored backup begins an epoch, which the log tells and everybody can ask about.
  return before.epoch !== head.epoch
    ? step("unknown", () => t("Since you looked before, the hall had to go on from a copy of its log, and lost what came after it. Your ticket is still in it."))
    : step("bad", () => t("Since you looked before, the log was rewritten. Tell the inspectors."));
}

async function isProved(before, head) {
  const proof = await read(`/api/v1/proofs/consistency?first=${before.size}&second=${head.size}`);
  return hasOnlyGrown({ ...proof, first: before.size, second: head.size }, before.root, head.root);
}

const placeOf = (token) => `novbe.receipt.${token}`;

function keptOf(token) {
  try {
    return JSON.parse(localStorage.getItem(placeOf(token)));
  } catch {
    return null; // a browser that keeps nothing, or somebody wrote something else there
  }
}

function keep(token, what) {
  try {
    localStorage.setItem(placeOf(token), JSON.stringify(what));
  } catch {
    // A browser that keeps nothing: the slip still can.
  }
}
