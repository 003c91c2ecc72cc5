/** The order in force in one sentence or two, as ui/order.py says it. */
import { nameOf, t, tn } from "ui/texts.js";

/** Say the order that the hall tells; nothing where it tells none. */
export function orderSentence(order) {
  if (!order) return "";
  const inTurns = new Set((order.ratio?.of || []).map(({ id }) => id));
  const hasClasses = order.classes.some((each) => !inTurns.has(each.id) && (each.strict || each.credit_minutes));
  const first = keysSentence(hasClasses, order.has_bookings && !inTurns.has("booked"));
  return order.ratio ? `${first} ${ratioSentence(order.ratio)}` : first;
}

function keysSentence(hasClasses, hasBookings) {
  if (hasClasses && hasBookings) {
    return t("All are called in the order in which they came; who has precedence by law goes first, who booked at the time booked.");
  }
  if (hasClasses) return t("All are called in the order in which they came; who has precedence by law goes first.");
  if (hasBookings) return t("All are called in the order in which they came; who booked, at the time booked.");
  return t("All are called in the order in which they came.");
}

/** Say who is called in turns with all others. */
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
