import { lazy } from "react";

const AGAIN_MS = 2_000;
/** A minute's worth; then the page says that it failed. */
const MOST_ATTEMPTS = 30;

/** As React's `lazy`; code that does not come while the server is away is asked for again, and the rest of the page stays. */
export const lazyPart: typeof lazy = (load) => lazy(() => again(load));

async function again<T>(load: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await load();
    } catch (cause) {
      if (attempt === MOST_ATTEMPTS) throw cause;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
