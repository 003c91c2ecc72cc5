/**
 * Checks in the browser what the hall's log promised: hashes and paths of RFC 9162, heads signed by Ed25519.
 * Nothing here asks the hall. `visitor/web/verify.py` does the same without a browser.
 */

const SIGNED = ["at", "epoch", "hall", "key", "root", "size", "type"];

/** Whether this browser hashes at all: on a page without encryption it does not, for anybody. */
export const canCheck = () => Boolean(globalThis.crypto?.subtle);

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
const hexOf = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function hash(prefix, ...parts) {
  const whole = [Uint8Array.of(prefix), ...parts];
  const joined = new Uint8Array(whole.reduce((size, part) => size + part.length, 0));
  whole.reduce((at, part) => (joined.set(part, at), at + part.length), 0);
  return hexOf(await crypto.subtle.digest("SHA-256", joined));
}

/** The leaf of an event, in hex: SHA-256(0x00 ‖ body). */
export const leafOf = (body) => hash(0, new TextEncoder().encode(body));

const node = (left, right) => hash(1, bytesOf(left), bytesOf(right));

/** The root to which a path leads from the leaf at `index` (from 0) of `size`; empty for a path that does not fit. */
export async function rootBy(path, leaf, index, size) {
  let [place, last, found] = [index, size - 1, leaf];
  for (const each of path) {
    if (last === 0) return "";
    if (place % 2 === 1 || place === last) {
      found = await node(each, found);
      while (place % 2 === 0 && place) [place, last] = halved(place, last);
    } else found = await node(found, each);
    [place, last] = halved(place, last);
  }
  return last === 0 && index >= 0 && index < size ? found : "";
}

/** Whether the tree of `second` events only extends that of `first`. */
export async function hasOnlyGrown({ first, second, path }, firstRoot, secondRoot) {
  if (first === second) return !path.length && firstRoot === secondRoot;
  if (first < 1 || first > second || !path.length) return false;
  const isWhole = Number.isInteger(Math.log2(first));
  const [begin, ...steps] = isWhole ? [firstRoot, ...path] : path;
  let [place, last] = [first - 1, second - 1];
  while (place % 2 === 1) [place, last] = halved(place, last);
  let [older, newer] = [begin, begin];
  for (const each of steps) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      [older, newer] = [await node(each, older), await node(each, newer)];
      while (place % 2 === 0 && place) [place, last] = halved(place, last);
    } else newer = await node(newer, each);
    [place, last] = halved(place, last);
  }
  return last === 0 && older === firstRoot && newer === secondRoot;
}

const halved = (place, last) => [Math.floor(place / 2), Math.floor(last / 2)];

/** Whether a key in hex signed a head; null where this browser does not know Ed25519. */
export async function isSigned(head, publicKey) {
  const said = Object.fromEntries(SIGNED.map((name) => [name, head[name]]));
  let key;
  try {
    key = await crypto.subtle.importKey("raw", bytesOf(publicKey), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return null;
  }
  const statement = new TextEncoder().encode(JSON.stringify(said));
  return crypto.subtle.verify({ name: "Ed25519" }, key, bytesOf(head.signature), statement);
}
