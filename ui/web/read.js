/** Asking the hall over HTTP. */

const PATIENCE_MS = 8000;

/** The server could not be asked, or did not answer in time. */
export class NoAnswer extends Error {}

/** Ask for JSON in the page's language; a refusal is thrown as its problem document, 503 and silence as NoAnswer. */
export async function read(path, options = {}) {
  const headers = { "Accept-Language": document.documentElement.lang, ...options.headers };
  let answer;
  try {
    // Nothing of an answer is kept: one that the hall calls unchanged would bring its old time along.
    answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS), ...options, headers });
  } catch (failure) {
    throw new NoAnswer(String(failure));
  }
  const body = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw body?.code && answer.status !== 503 ? body : new NoAnswer(String(answer.status));
  return body;
}

/** Tell the hall something that is no command, as JSON. */
export function tell(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  return read(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}
