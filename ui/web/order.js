/** The order in force in one sentence, as ui/order.py says it. */
import { t } from "ui/texts.js";

/** Say the order that the hall tells; nothing where it tells none. */
export function orderSentence(order) {
  if (!order) return "";
  const hasClasses = order.classes.some((each) => each.strict || each.credit_minutes);
  if (hasClasses && order.has_bookings) {
    return t("All are called in the order in which they came; who has precedence by law goes first, who booked at the time booked.");
  }
  if (hasClasses) return t("All are called in the order in which they came; who has precedence by law goes first.");
  if (order.has_bookings) return t("All are called in the order in which they came; who booked, at the time booked.");
  return t("All are called in the order in which they came.");
}
