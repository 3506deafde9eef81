import { fileURLToPath } from "node:url";
import { defaultHarnesses, prepareHarnesses } from "../../../scripts/harness-cache.ts";

/**
 * Returns the folder of installed harnesses, which is TEMBO_TEST_HARNESS_DIR if it is set. Otherwise, returns the
 * clone's own folder and installs missing harnesses there.
 */
export function harnessesDir(names: readonly string[] = defaultHarnesses): string {
  const given = process.env.TEMBO_TEST_HARNESS_DIR;
  if (given !== undefined && given !== "") return given;
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const prepared = prepareHarnesses(root, names).TEMBO_TEST_HARNESS_DIR;
  if (prepared === undefined) throw new Error("The harness could not be prepared.");
  return prepared;
}
