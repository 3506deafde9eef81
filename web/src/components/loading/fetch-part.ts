const AGAIN_MS = 2_000;
/** A minute's worth. */
const MOST_ATTEMPTS = 30;

/** Code that does not come while the server is away is asked for again, `attempts` times in all; then as it failed. */
export async function fetchPart<Part>(load: () => Promise<Part>, attempts = MOST_ATTEMPTS): Promise<Part> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await load();
    } catch (cause) {
      if (attempt >= attempts) throw cause;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
