import { describeGoal, type Figure, formatValue, isMet, ratioOf } from "../report/figure.ts";
import { describeMachine } from "../report/machine.ts";
import type { SavedResult } from "../report/saved-result.ts";
import { markdownTable } from "./markdown.ts";

const HEAD = ["figure", "floor", "peer", "Tembo", "ratio", "goal"];

/** Returns one table of all figures that have a goal. */
export function goalTable(results: readonly SavedResult[]): string {
  const rows = results.flatMap(({ figures, machine, date, command, isWarm }) =>
    figures
      .filter(({ goal }) => goal !== null)
      .map((figure) => [
        ...cellsOf(figure),
        describeMachine(machine),
        `${date.slice(0, 10)}${isWarm ? "" : " \\*"}`,
        `\`${command}\``,
      ]),
  );
  return markdownTable([...HEAD, "machine", "date", "command"], rows);
}

/** Returns a section for each result, with all of its figures. */
export function resultSections(results: readonly SavedResult[]): string {
  return results
    .map(({ name, date, command, machine, loadBefore, loadAfter, minutes, figures }) =>
      [
        `## ${name}`,
        "",
        `- Measured on ${date.slice(0, 10)} with \`${command}\`.`,
        `- Machine: ${describeMachine(machine)}, Node ${machine.node.replace(/^v/, "")}.`,
        `- Load average: ${loadBefore} before the bench, ${loadAfter} after it.${minutes === undefined ? "" : ` Duration: ${minutes} minutes.`}`,
        "",
        markdownTable(HEAD, figures.map(cellsOf)),
      ].join("\n"),
    )
    .join("\n\n");
}

function cellsOf(figure: Figure): string[] {
  const { floor, peer, unit, product } = figure;
  return [
    figure.name.replaceAll("->", "→"),
    floor === null ? "" : formatValue(floor, unit),
    peer === undefined ? "" : `${formatValue(peer.value, unit)}, ${peer.name}`,
    formatValue(product, unit),
    ratioOf(figure)?.toFixed(2) ?? "",
    goalOf(figure),
  ];
}

function goalOf(figure: Figure): string {
  if (figure.goal === null) return "";
  const goal = describeGoal(figure).replace("<=", "≤").replace(">=", "≥").replace(" x", " ×");
  return isMet(figure) === false ? `${goal} (missed)` : goal;
}
