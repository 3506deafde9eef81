import { test } from "node:test";
import type { TestedAdapter } from "../sandbox-contract.ts";
import { type Combination, chosenCombinations, missingFor, nameOf } from "./combinations.ts";
import { makeWithSystem, openTestSystem } from "./test-system.ts";

/** Runs a suite on this run's combinations of a sandbox, as far as this machine can run them. Must be called outside tests. */
export async function testCombinations(
  sandbox: Combination["sandbox"],
  runSuite: (adapter: TestedAdapter) => void,
): Promise<void> {
  const tested = chosenCombinations().filter((candidate) => candidate.sandbox === sandbox);
  // Before the first test, because a test looks for child processes that a sandbox leaves behind.
  if (tested.some((one) => one.source === "image" && missingFor(one) === null)) await openTestSystem();
  for (const combination of tested) {
    const missing = missingFor(combination);
    const variant = nameOf(combination);
    if (missing !== null) test(`${variant} meets the sandbox contract`, { skip: missing }, () => {});
    else if (combination.source === "machine") runSuite({ variant });
    else runSuite({ variant, make: await makeWithSystem(combination.profile) });
  }
}
