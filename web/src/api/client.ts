import { Tembo } from "@tembo-io/sdk";

/** Everything the page knows comes through this. The cookie of who is signed in goes with each request. */
export const tembo = new Tembo({ apiKey: null });
