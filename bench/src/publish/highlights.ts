import { boundOf, type Figure, formatValue, isMet } from "../report/figure.ts";
import { describeMachine } from "../report/machine.ts";
import type { SavedResult } from "../report/saved-result.ts";
import { markdownTable, wrap } from "./markdown.ts";

interface Highlight {
  readonly label: string;
  readonly result: string;
  readonly figure: string;
  /** Description of the floor, or null if the figure has none that compares. */
  readonly baseline: string | null;
}

const HIGHLIGHTS: readonly Highlight[] = [
  {
    label: "from session creation to an open pull request, scripted model, median",
    result: "session",
    figure: "whole session, created -> pull request open",
    baseline: "manually",
  },
  {
    label: "start a sandbox and run one command, median",
    result: "sandbox",
    figure: "sandbox create -> true, median",
    baseline: "bare bubblewrap",
  },
  {
    label: "from `kill -9` of the server until its turn resumes, p99",
    result: "recovery",
    figure: "whole, quiet: kill -9 to turn resumed, p99",
    baseline: null,
  },
  {
    label: "deliver an event to 1,000 subscribers, p99",
    result: "live",
    figure: "event appended -> received, 1000 watchers, p99",
    baseline: "bare NOTIFY",
  },
  {
    label: "list sessions, with 1,000,000 stored, p99",
    result: "api",
    figure: "list, p99",
    baseline: "bare SELECT",
  },
];

/**
 * Returns a short table of the most important figures, and the types of machine on which they were measured. Throws if a
 * result does not contain its figure.
 */
export function highlightTable(results: readonly SavedResult[]): string {
  const machines = new Set<string>();
  const rows = HIGHLIGHTS.map(({ label, result, figure, baseline }) => {
    const { found, date, machine } = findFigure(results, result, figure);
    machines.add(describeMachine(machine));
    const { product, floor, unit } = found;
    return [
      label,
      `${formatValue(product, unit)}${missed(found)}`,
      baseline === null || floor === null ? "" : `${formatValue(floor, unit)}, ${baseline}`,
      date.slice(0, 10),
    ];
  });
  const table = markdownTable(["metric", "Tembo", "baseline", "measured"], rows);
  return `${table}\n\n${wrap(listMachines([...machines].sort()))}`;
}

function listMachines(machines: readonly string[]): string {
  const types = machines.length === 1 ? "this type" : "these types";
  return `The rows were measured on machines of ${types}: ${machines.join("; ")}.`;
}

/** Returns a figure of a result, with the date and machine of the result. Throws if it does not exist. */
function findFigure(
  results: readonly SavedResult[],
  result: string,
  figure: string,
): Pick<SavedResult, "date" | "machine"> & { readonly found: Figure } {
  const saved = results.find(({ name }) => name === result);
  const found = saved?.figures.find(({ name }) => name === figure);
  if (saved === undefined || found === undefined)
    throw new Error(
      `bench/results/${result}.json has no figure "${figure}". Run "npm run bench -- ${result}".`,
    );
  return { found, date: saved.date, machine: saved.machine };
}

function missed(figure: Figure): string {
  if (isMet(figure) !== false) return "";
  return ` (goal ${formatValue(boundOf(figure)!, figure.unit)}, missed)`;
}
