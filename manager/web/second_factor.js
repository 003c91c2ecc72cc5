/** One's own second factor: a key that is shown once, and in force with its first code. */
import { useEffect, useState } from "preact/hooks";
import { Digits } from "ui/login.js";
import { t } from "ui/texts.js";
import { tell } from "ui/read.js";
import { html } from "ui/view.js";
import { Ask } from "./ask.js";
import { sentence } from "./floor.js";

const PATH = "/api/v1/second-factor";

/** Ask for the code of the present one where there is one, then show a new key and take its first code. */
export function SecondFactor({ page, close }) {
  const [made, setMade] = useState(null);
  const [isCodeNeeded, setCodeNeeded] = useState(false);
  const refuse = (problem) => {
    if (problem.code === "code_needed") setCodeNeeded(true);
    else page.floor.draw({ refusal: sentence(problem) });
  };
  const begin = (said) => tell("POST", PATH, said).then(setMade, refuse);
  useEffect(() => {
    begin({});
  }, []);
  const act = async (values) => {
    if (!made) return void (await begin({ code: values.get("code") }));
    return page.floor.call("PUT", PATH, { code: values.get("code") });
  };
  const title = t("Your second factor");
  if (!made && !isCodeNeeded) return null;
  return html`<${Ask} ...${{ page, close, title, label: made ? t("That is it") : t("Go on"), act }}>
    ${made ? html`<${Shown} picture=${made.picture} secret=${made.key} />` : html`<p>${t("You have one already: its digits first.")}</p>`}
    <${Digits} key=${made ? "new" : "old"} label=${t("Six digits that your phone shows")} />
  <//>`;
}

function Shown({ picture, secret }) {
  return html`<p>${t("Read this with the authenticator of your phone: it is shown this once.")}</p>
    <div class="qr"><img src=${picture} alt=${t("QR code of the key")} /></div>
    <p>${t("Or type this key there:")} <bdi dir="ltr" class="key">${secret}</bdi></p>`;
}
