import { type Combination, combinations } from "../../../../server/src/sandbox/testing/combinations.ts";

/** Returns the combinations of this run: all of them after `npm run test:containment -- --all`, else the representative ones. */
export function chosenCombinations(): readonly Combination[] {
  const isAll = process.env.TEMBO_TEST_COMBINATIONS === "all";
  return combinations.filter(({ isRepresentative }) => isAll || isRepresentative);
}
