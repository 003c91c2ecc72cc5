/** The order in force in one sentence, as ui/order.py says it. */
import { nameOf, t, tn } from "ui/texts.js";

/** Say the order that the hall tells; nothing where it tells none. */
export function orderSentence(order) {
  if (!order) return "";
  if (order.ratio) return byLaw(order.ratio) || ratioSentence(order.ratio);
  const hasClasses = order.classes.some((each) => each.strict || each.credit_minutes);
  if (hasClasses && order.has_bookings) {
    return t("All are called in the order in which they came; who has precedence by law goes first, who booked at the time booked.");
  }
  if (hasClasses) return t("All are called in the order in which they came; who has precedence by law goes first.");
  if (order.has_bookings) return t("All are called in the order in which they came; who booked, at the time booked.");
  return t("All are called in the order in which they came.");
}

const NAMELESS = ["none", "booked"];

/** Say a ratio of classes alone; nothing where it names those too whom no law names. */
const byLaw = ({ calls, of }) =>
  !of.some(({ id }) => NAMELESS.includes(id)) &&
  tn(
    "Where both wait, {n} with precedence by law is called to one of the others; else all in the order in which they came.",
    "Where both wait, {n} with precedence by law are called to one of the others; else all in the order in which they came.",
    calls,
  );

/** Say who is called in turns with all others, class by class. */
export function ratioSentence({ calls, of }) {
  const nameless = { none: t("who has no precedence"), booked: t("who booked") };
  const classes = of.map(({ id, names }) => nameOf(names) || nameless[id] || id).join(", ");
  return tn(
    "Where both wait, {n} of these is called to one of the others: {classes}.",
    "Where both wait, {n} of these are called to one of the others: {classes}.",
    calls,
    { classes },
  );
}
