import { text } from "../../text/index.ts";

const AGAIN_MS = 2_000;
/** A minute's worth. */
const MOST_ATTEMPTS = 30;

/** Code that did not come. Most browsers do not ask for it again in the page that once asked in vain. */
export class PartMissing extends Error {
  override readonly name = "PartMissing";
}

/** Code that does not come while the server is away is asked for again, `attempts` times in all. Throws `PartMissing`. */
export async function fetchPart<Part>(load: () => Promise<Part>, attempts = MOST_ATTEMPTS): Promise<Part> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await load();
    } catch (cause) {
      if (attempt >= attempts) throw new PartMissing(text.general.partMissing, { cause });
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
