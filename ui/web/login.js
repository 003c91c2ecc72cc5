/** Who works here. */
import { useState } from "preact/hooks";
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
  const submit = async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    setAsking(true);
    setWrong("");
    try {
      const said = { name: form.elements.name.value.trim(), password: form.elements.password.value };
      entered(await tell("POST", "/api/v1/session", said));
    } catch (problem) {
      setWrong(sentence(problem));
      setAsking(false);
      form.elements.password.select();
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
    <${Refusal} sentence=${wrong} />
    <button class="main" disabled=${isAsking}>${t("Log in")}</button>
  </form>`;
}

function sentence(problem) {
  if (problem instanceof NoAnswer) return t("The hall's server does not answer. Try again in a moment.");
  if (problem.status === 401) return t("This name and password do not belong together. Check both and try again.");
  return problem.detail || problem.title;
}
