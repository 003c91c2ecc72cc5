/** What the hall says while it is paused, where nobody wrote a text of its own; ui/pauses.py says the same. */
import { language, t } from "ui/texts.js";

/** Say a pause `{kind, texts}` in the page's language: in the hall's own words there, else in ours. */
export function pauseSentence({ kind, texts }) {
  const ours = {
    emergency: t("Emergency. Please stay calm and do what the staff say. Your turn is kept."),
    break: t("The hall takes a short break. Nobody is called at the moment. Your turn is kept."),
  };
  const outage = t("There is a technical fault. Nobody is called at the moment. Your turn is kept.");
  return texts?.[language()] || ours[kind] || outage;
}

/** Said for a while after the server was away. */
export const interrupted = () => t("There was an interruption. Your turn is kept.");
