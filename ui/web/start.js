/** How each page begins: texts and the hall's facts first; a hall that does not answer is asked again. */
import { render } from "preact";
import { NoAnswer, read } from "ui/read.js";
import { speak, t, wantedLanguage } from "ui/texts.js";
import { html } from "ui/view.js";

/**
 * Draw a page once the hall has said what it is.
 * @param {(props: any) => any} Page  a component of `hall` and whatever `ask` gives
 * @param {(hall: any) => Promise<Object>} [ask]  what the page needs to know besides
 */
export async function start(Page, ask = async () => ({})) {
  const place = document.getElementById("app");
  for (;;) {
    try {
      await speak(wantedLanguage());
      const hall = await read("/api/v1/hall");
      const props = { hall, ...(await ask(hall)) };
      render(html`<${Page} ...${props} />`, place);
      return;
    } catch (failure) {
      if (!(failure instanceof NoAnswer)) throw failure;
      render(html`<p role="status" class="no-hall">${t("The hall's server does not answer. Asking again…")}</p>`, place);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}
