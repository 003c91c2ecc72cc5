/** How long a turn takes to come, in words. */
import { t, tn } from "ui/texts.js";

/** How many go first. */
export const peopleAhead = (n) => (n ? tn("{n} person is ahead of you", "{n} people are ahead of you", n) : t("You are next"));

/** The expected wait as a range of whole minutes: an honest one is never a single number. */
export function expectedWait(expected) {
  const [low, , high] = expected.map((seconds) => Math.max(1, Math.round(seconds / 60)));
  if (high <= 1) return t("Expected wait: about a minute");
  if (low === high) return tn("Expected wait: about {n} minute", "Expected wait: about {n} minutes", high);
  return tn("Expected wait: {low} to {n} minute", "Expected wait: {low} to {n} minutes", high, { low });
}
