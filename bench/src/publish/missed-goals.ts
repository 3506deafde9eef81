import { isMet } from "../report/figure.ts";
import type { SavedResult } from "../report/saved-result.ts";
import { wrap } from "./markdown.ts";

/** Why figures of a bench miss their goals. */
export interface Cause {
  /** Name of the result. */
  readonly result: RegExp;
  readonly figure: RegExp;
  readonly why: string;
}

/**
 * Returns a list of the causes of all missed goals, each with its figures. The first cause that matches a figure applies.
 * Throws if a missed goal has no cause.
 */
export function missedGoals(results: readonly SavedResult[], causes: readonly Cause[]): string {
  const missed = new Map<Cause, string[]>();
  for (const { name, figures } of results) {
    for (const figure of figures) {
      if (isMet(figure) !== false) continue;
      const cause = causes.find((one) => one.result.test(name) && one.figure.test(figure.name));
      if (cause === undefined)
        throw new Error(
          `bench/results/${name}.json misses the goal of "${figure.name}". Add the cause to bench/src/publish/causes.ts.`,
        );
      missed.set(cause, [...(missed.get(cause) ?? []), figure.name.replaceAll("->", "→")]);
    }
  }
  if (missed.size === 0) return "All goals are met.";
  return [...missed].map(([{ why }, names]) => wrap(`- **${names.join("; ")}**: ${why}`, "  ")).join("\n");
}
