import { general } from "../../text/general.ts";
import { PATIENCE_MS, pause } from "./patience.ts";

/** Error for code that failed to load. Most browsers do not request a failed module again within the same page. */
export class PartMissing extends Error {
  override readonly name = "PartMissing";
}

/** Loads code. If loading fails, retries for `patienceMs` and then throws `PartMissing`. */
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
