/** Who works here. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Refusal } from "ui/components.js";
import { NoAnswer, read, tell } from "ui/read.js";
import { t } from "ui/texts.js";
import { html } from "ui/view.js";

/** Who is logged in already, or null. */
export async function whoIsHere() {
  try {
    return await read("/api/v1/session");
  } catch (problem) {
    if (problem.status === 401) return null;
    throw problem;
  }
}

/** Name and password under a title; `entered` is called with the operator. */
export function LogIn({ names, title, entered }) {
  const [wrong, setWrong] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [isCodeNeeded, setCodeNeeded] = useState(false);
  const [hasDirectory, setDirectory] = useState(false);
  useEffect(() => {
    read("/api/v1/directory").then(({ on }) => setDirectory(on), () => null);
  }, []);
  const submit = async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    setAsking(true);
    setWrong("");
    try {
      const said = { name: form.elements.name.value.trim(), password: form.elements.password.value };
      if (isCodeNeeded) said.code = form.elements.code.value.trim();
      entered(await tell("POST", "/api/v1/session", said));
    } catch (problem) {
      setAsking(false);
      setWrong(problem.code === "code_needed" ? "" : sentence(problem));
      if (problem.code === "code_needed") setCodeNeeded(true);
      else form.elements[problem.code === "wrong_code" ? "code" : "password"].select();
    }
  };
  return html`<form class="login card" onSubmit=${submit}>
    <p class="hall-name">${names.name}</p>
    <h1>${title}</h1>
    <label>
      ${t("Name")}
      <input name="name" autocomplete="username" autocapitalize="none" spellcheck=${false} required autofocus dir="auto" />
    </label>
    <label>
      ${t("Password")}
      <input name="password" type="password" autocomplete="current-password" required dir="ltr" />
    </label>
    ${isCodeNeeded && html`<${Digits} label=${t("Six digits that your phone shows")} />`}
    <${Refusal} sentence=${wrong} />
    <button class="main" disabled=${isAsking}>${t("Log in")}</button>
    ${hasDirectory && html`<p class="directory"><a href=${`/oidc/begin?to=${location.pathname}`}>${t("Log in through the directory")}</a></p>`}
  </form>`;
}

/** A field for the code of a second factor, which has the eye at once. */
export function Digits({ label, name = "code" }) {
  const field = useRef(null);
  useEffect(() => field.current.focus(), []);
  return html`<label>
    ${label}
    <input ref=${field} name=${name} inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" maxlength="6" required dir="ltr" />
  </label>`;
}

function sentence(problem) {
  if (problem instanceof NoAnswer) return t("The hall's server does not answer. Try again in a moment.");
  if (problem.code === "wrong_password") return t("This name and password do not belong together. Check both and try again.");
  return problem.detail || problem.title;
}
