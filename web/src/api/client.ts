import { Tembo } from "@tembo-io/sdk";

/**
 * Storage key of the page's half of the sign-in secret. Other ports of this host receive the cookie, but cannot read
 * this storage.
 */
const storageKey = "tembo.pageSecret";

/** The client of all API requests. The browser sends the session cookie with each of them. */
export const tembo = new Tembo({ apiKey: null, pageSecret: () => localStorage.getItem(storageKey) });

export function keepPageSecret(pageSecret: string): void {
  localStorage.setItem(storageKey, pageSecret);
}
