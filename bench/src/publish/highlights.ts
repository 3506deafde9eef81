import { boundOf, type Figure, formatValue, isMet } from "../report/figure.ts";
import type { SavedResult } from "../report/saved-result.ts";
import { markdownTable } from "./markdown.ts";

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

/** Returns a short table of the most important figures. Throws if a result does not contain its figure. */
export function highlightTable(results: readonly SavedResult[]): string {
  const rows = HIGHLIGHTS.map(({ label, result, figure, baseline }) => {
    const { found, date } = findFigure(results, result, figure);
    const { product, floor, unit } = found;
    return [
      label,
      `${formatValue(product, unit)}${missed(found)}`,
      baseline === null || floor === null ? "" : `${formatValue(floor, unit)}, ${baseline}`,
      date.slice(0, 10),
    ];
  });
  return markdownTable(["metric", "Tembo", "baseline", "measured"], rows);
}

/** Returns a figure of a result, with the date of the result. Throws if it does not exist. */
function findFigure(
  results: readonly SavedResult[],
  result: string,
  figure: string,
): { readonly found: Figure; readonly date: string } {
  const saved = results.find(({ name }) => name === result);
  const found = saved?.figures.find(({ name }) => name === figure);
  if (saved === undefined || found === undefined)
    throw new Error(
      `bench/results/${result}.json has no figure "${figure}". Run "npm run bench -- ${result}".`,
    );
  return { found, date: saved.date };
}

function missed(figure: Figure): string {
  if (isMet(figure) !== false) return "";
  return ` (goal ${formatValue(boundOf(figure)!, figure.unit)}, missed)`;
}
