/** The token of this browser as a device of the hall: kept here, and here alone. */
const KEPT = "novbe.device";

/** The token, or nothing before the browser was paired. */
export const deviceToken = () => localStorage.getItem(KEPT);

/** Keep the token that a pairing gave. */
export const keepDeviceToken = (token) => localStorage.setItem(KEPT, token);

/** The hall knows the token no more. */
export const forgetDeviceToken = () => localStorage.removeItem(KEPT);
