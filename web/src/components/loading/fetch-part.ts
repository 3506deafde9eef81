import { general } from "../../text/general.ts";
import { PATIENCE_MS, pause } from "./patience.ts";

/** Code that did not come. Most browsers do not ask for it again in the page that once asked in vain. */
export class PartMissing extends Error {
  override readonly name = "PartMissing";
}

/** Code that does not come while the server is away is asked for again, until so many milliseconds have passed. Throws `PartMissing`. */
export async function fetchPart<Part>(load: () => Promise<Part>, patienceMs = PATIENCE_MS): Promise<Part> {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      return await load();
    } catch (cause) {
      if (performance.now() >= end) throw new PartMissing(general.partMissing, { cause });
      await pause();
    }
  }
}
