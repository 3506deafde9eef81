import { Tembo } from "@tembo-io/sdk";

/** Where the page keeps its half of a sign-in: other ports of this host, which the cookie goes to, cannot read it. */
const storageKey = "tembo.pageSecret";

/** Everything the page knows comes through this. The cookie of who is signed in goes with each request. */
export const tembo = new Tembo({ apiKey: null, pageSecret: () => localStorage.getItem(storageKey) });

export function keepPageSecret(pageSecret: string): void {
  localStorage.setItem(storageKey, pageSecret);
}
