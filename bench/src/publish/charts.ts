import type { Figure } from "../report/figure.ts";
import type { SavedResult } from "../report/saved-result.ts";
import { wrap } from "./markdown.ts";
import { type Chart, type ChartGroup, describeChart } from "./svg-chart.ts";

interface ChartSource {
  /** Name of the file, without its extension. */
  readonly name: string;
  readonly title: string;
  /** Names of the results that contain the figures. The chart shows the newest one. */
  readonly results: readonly string[];
  readonly floor: string;
  /** Returns the label of a figure's bars, or null if the chart does not show the figure. */
  readonly label: (figure: string) => string | null;
}

const PAGES = /^(list|retrieve|events, first page|pull requests, page of 50), p99$/;

const SOURCES: readonly ChartSource[] = [
  {
    name: "first-event",
    title: "From session creation to the first event of the harness, median",
    results: ["harness"],
    floor: "harness started by hand",
    label: (figure) => /^(.+): created -> first event/.exec(figure)?.[1] ?? null,
  },
  {
    name: "sandbox-start",
    title: "Start a sandbox and run one command, median",
    results: ["sandbox"],
    floor: "bare bubblewrap",
    label: (figure) => (figure === "sandbox create -> true, median" ? "one sandbox" : null),
  },
  {
    name: "pages",
    title: "Requests of 20 connections at once, p99",
    results: ["api-20000", "api"],
    floor: "bare SELECT",
    label: (figure) => PAGES.exec(figure)?.[1] ?? null,
  },
];

export interface PublishedChart {
  readonly name: string;
  readonly chart: Chart;
}

/** Returns the charts whose results exist. */
export function chartsOf(results: readonly SavedResult[]): PublishedChart[] {
  return SOURCES.flatMap(({ name, title, floor, label, results: sources }) => {
    const result = results
      .filter((one) => sources.includes(one.name))
      .toSorted((a, b) => a.date.localeCompare(b.date))
      .at(-1);
    const figures = result?.figures.filter((figure) => label(figure.name) !== null) ?? [];
    if (result === undefined || figures.length === 0) return [];
    const peer = figures.find((figure) => figure.peer !== undefined)?.peer?.name;
    const chart = {
      title: `${title} (${result.date.slice(0, 10)})`,
      unit: figures[0]!.unit,
      series: [floor, "Tembo", ...(peer === undefined ? [] : [peer])],
      groups: figures.map((figure) => groupOf(label(figure.name)!, figure)),
    };
    return [{ name, chart }];
  });
}

const groupOf = (label: string, { floor, product, peer }: Figure): ChartGroup => ({
  label,
  values: [floor, product, peer?.value ?? null],
});

/** Returns the images of Markdown, with a description of each chart. `folder` is the path from the page to the charts. */
export function chartImages(charts: readonly PublishedChart[], folder: string): string {
  return charts
    .map(({ name, chart }) => wrap(`![${describeChart(chart)}](${folder}/${name}.svg)`))
    .join("\n\n");
}
