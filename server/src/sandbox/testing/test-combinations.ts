import { test } from "node:test";
import type { TestedAdapter } from "../sandbox-contract.ts";
import { type Combination, combinations, missingFor, nameOf } from "./combinations.ts";
import { makeWithSystem } from "./test-system.ts";

/** Runs a suite on every combination of a sandbox that this machine can run. Must be called outside tests. */
export async function testCombinations(
  sandbox: Combination["sandbox"],
  runSuite: (adapter: TestedAdapter) => void,
): Promise<void> {
  for (const combination of combinations.filter((candidate) => candidate.sandbox === sandbox)) {
    const missing = missingFor(combination);
    const variant = nameOf(combination);
    if (missing !== null) test(`${variant} meets the sandbox contract`, { skip: missing }, () => {});
    else if (combination.source === "machine") runSuite({ variant });
    else runSuite({ variant, make: await makeWithSystem(combination.profile) });
  }
}
