import { formatValue } from "../report/figure.ts";
import { align } from "../report/table.ts";
import type { Verdict } from "./decide.ts";

export interface ComparedFigure {
  readonly name: string;
  /** Medians, in milliseconds. */
  readonly base: number;
  readonly head: number;
  readonly rounds: number;
  readonly verdict: Verdict;
}

/** Renders the comparison as a table, with a sentence for each figure that is worse. */
export function renderComparison(commit: string, figures: readonly ComparedFigure[]): string {
  const head = ["figure", "base", "head", "ratio", "95 % interval", "rounds", "worse"];
  const rows = figures.map(({ name, base, head, rounds, verdict: { ratio, low, high, isWorse } }) => [
    name,
    formatValue(base, "ms"),
    formatValue(head, "ms"),
    ratio.toFixed(3),
    `${low.toFixed(3)} to ${high.toFixed(3)}`,
    String(rounds),
    isWorse ? "YES" : "no",
  ]);
  const worse = figures.filter(({ verdict }) => verdict.isWorse);
  const sentences = worse.map(
    ({ name, verdict }) => `${name}: ${((verdict.ratio - 1) * 100).toFixed(0)} % slower than ${commit}.`,
  );
  if (worse.length === 0) sentences.push(`No figure is at least 15 % worse than ${commit}.`);
  return [align([head, ...rows]), "", ...sentences].join("\n");
}
