import { Tembo } from "@tembo-io/sdk";

/**
 * Storage key of the page secret, which the server requires in addition to the cookie. Servers on other ports of this host receive the cookie, but their pages cannot read this storage.
 */
const storageKey = "tembo.pageSecret";

/** The client for all API requests. The browser adds the session cookie to each request. */
export const tembo = new Tembo({ apiKey: null, pageSecret: () => localStorage.getItem(storageKey) });

export function keepPageSecret(pageSecret: string): void {
  localStorage.setItem(storageKey, pageSecret);
}
