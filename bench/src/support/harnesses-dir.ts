import { fileURLToPath } from "node:url";
import { defaultHarnesses, prepareHarnesses } from "../../../scripts/harness-cache.ts";

/** The folder of installed harnesses: that of TEMBO_TEST_HARNESS_DIR, else the clone's own, filled with those that are named and missing. */
export function harnessesDir(names: readonly string[] = defaultHarnesses): string {
  const given = process.env.TEMBO_TEST_HARNESS_DIR;
  if (given !== undefined && given !== "") return given;
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const prepared = prepareHarnesses(root, names).TEMBO_TEST_HARNESS_DIR;
  if (prepared === undefined) throw new Error("The harness could not be prepared.");
  return prepared;
}
