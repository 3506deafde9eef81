import { fileURLToPath } from "node:url";
import type { HarnessSource } from "../launch-spec.ts";

/** Returns the packages that `locks/<name>/` pins. */
export function npmLock(name: string): HarnessSource {
  return { type: "npm", lockDir: fileURLToPath(new URL(`../locks/${name}`, import.meta.url)) };
}
