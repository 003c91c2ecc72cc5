/**
 * The texts of the pages. An English sentence is the key; its translation comes from /texts/<language>.json.
 *
 * `t("Sentence with {name}", {name})` and `tn("{n} person", "{n} people", n)` are what the extractor looks for,
 * so both are always called with literal strings.
 */

import { read } from "ui/read.js";

/** @typedef {{direction: string, language: string, texts: Object<string, string|string[]>}} Catalogue */

const FORMS = ["zero", "one", "two", "few", "many", "other"];
const KEPT = "novbe.language";

/** @type {Catalogue} */
let catalogue = { direction: "ltr", language: "en", texts: {} };
let plurals = new Intl.PluralRules("en");

/** The language that the page speaks now. */
export const language = () => catalogue.language;

/** Put values into the `{places}` of a sentence. */
function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => (name in values ? apart(String(values[name])) : place));
}

/** From right to left a value keeps its own direction and turns nothing beside it, such as "D" the "6" in "D: 6". */
const apart = (value) => (catalogue.direction === "rtl" ? `\u2068${value}\u2069` : value);

/** Say a sentence in the page's language; what is not translated is said in English. */
export function t(sentence, values = {}) {
  return fill(/** @type {string} */ (catalogue.texts[sentence]) || sentence, values);
}

/**
 * Say a sentence that counts. Catalogues list the forms in CLDR's order, which is gettext's for these
 * languages, so the browser's own plural rules choose: the page's security policy forbids evaluating
 * the catalogue's formula.
 */
export function tn(one, many, n, values = {}) {
  const forms = catalogue.texts[one];
  if (!Array.isArray(forms) || !forms[0]) return fill(n === 1 ? one : many, { n, ...values });
  const used = FORMS.filter((form) => plurals.resolvedOptions().pluralCategories.includes(form));
  return fill(forms[Math.min(used.indexOf(plurals.select(n)), forms.length - 1)], { n, ...values });
}

/** Pick a name from a table of names by language: the page's, else the main one's, else any. */
export function nameOf(names, main = "en") {
  if (!names) return "";
  return names[language()] || names[main] || names.en || Object.values(names)[0] || "";
}

/** Languages by their own names, as ui/language.py has them: how a person finds theirs. */
const OWN_NAMES = {
  ar: "العربية",
  az: "Azərbaycan",
  en: "English",
  ka: "ქართული",
  kk: "Қазақша",
  ru: "Русский",
  tr: "Türkçe",
};

/** What a language calls itself. */
export const ownName = (code) => OWN_NAMES[code] || languageName(code, code);

/** What a language is called; where the browser has no name for it in the page's language, its own name. */
export function languageName(code, inLanguage = language()) {
  try {
    const found = new Intl.DisplayNames([inLanguage], { type: "language", fallback: "none" }).of(code);
    return found || OWN_NAMES[code] || code;
  } catch {
    return code;
  }
}

/** The languages that have a catalogue, as the page says. */
export const offeredLanguages = () => (document.documentElement.dataset.languages || "en").split(" ");

/** Choose: the address, what was chosen here before, what the browser asks for, the hall's main language. */
export function wantedLanguage() {
  const offered = offeredLanguages();
  const asked = [new URLSearchParams(location.search).get("lang"), localStorage.getItem(KEPT)];
  const spoken = navigator.languages.map((tag) => tag.split("-")[0]);
  return [...asked, ...spoken].find((code) => code && offered.includes(code)) || offered[0];
}

/** The browser keeps a catalogue, and asks whether it changed. */
const catalogueOf = (code) => read(`/texts/${code}.json`, { cache: "no-cache" });

/** What `say` gives in another language; the page's own stays as it is. */
export async function saidIn(code, say) {
  const other = await catalogueOf(code);
  const own = [catalogue, plurals];
  [catalogue, plurals] = [other, new Intl.PluralRules(code)];
  try {
    return say();
  } finally {
    [catalogue, plurals] = own;
  }
}

/** Load a language, turn the page's direction to it and, if a person chose it, remember it here. */
export async function speak(code, { keep = false } = {}) {
  catalogue = await catalogueOf(code);
  plurals = new Intl.PluralRules(code);
  document.documentElement.lang = catalogue.language;
  document.documentElement.dir = catalogue.direction;
  if (keep) localStorage.setItem(KEPT, code);
}
