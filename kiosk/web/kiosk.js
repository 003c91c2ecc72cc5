/** A kiosk in a browser: a touch gives a ticket. It acts with a device's token, and asks to be paired without one. */
import { useState } from "preact/hooks";
import { deviceToken, forgetDeviceToken, keepDeviceToken } from "ui/device.js";
import { start } from "ui/start.js";
import { offeredLanguages, speak } from "ui/texts.js";
import { html } from "ui/view.js";
import { Kiosk } from "./kiosk_page.js";
import { Pairing } from "./pairing.js";

/** The page: paired, it is a kiosk; a token that is taken back brings the pairing again. */
function Page({ hall, main }) {
  const [token, setToken] = useState(deviceToken());
  const paired = (given) => {
    keepDeviceToken(given);
    setToken(given);
  };
  const revoked = () => {
    forgetDeviceToken();
    setToken(null);
  };
  if (!token) return html`<${Pairing} hall=${hall} paired=${paired} />`;
  return html`<${Kiosk} key=${token} token=${token} hall=${hall} main=${main} revoked=${revoked} />`;
}

/** A kiosk begins in the hall's language, whatever the browser would like, unless its address says another. */
async function begin(hall) {
  const asked = new URLSearchParams(location.search).get("lang");
  const main = [asked, ...hall.languages].find((code) => offeredLanguages().includes(code)) || "en";
  await speak(main);
  return { main };
}

await start(Page, begin);
