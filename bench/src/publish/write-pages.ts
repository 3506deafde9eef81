import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { benchOrder } from "../report/order.ts";
import { readResults } from "../report/saved-result.ts";
import { settingExceptions } from "../support/setting-exceptions.ts";
import { withBlock } from "./block.ts";
import { causes } from "./causes.ts";
import { chartImages, chartsOf } from "./charts.ts";
import { highlightTable } from "./highlights.ts";
import { listExceptions } from "./list-exceptions.ts";
import { missedGoals } from "./missed-goals.ts";
import { renderChart } from "./svg-chart.ts";
import { goalTable, resultSections } from "./tables.ts";

/** Name of the chart that the README shows. */
const README_CHART = "first-event";

/** Writes the figures of the results folder to the pages that publish them, and draws the charts. */
export async function writeFigurePages(root: string): Promise<void> {
  for (const [path, content] of await figurePages(root)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

/** Returns the content of the pages and charts that show the results, by path. */
export async function figurePages(root: string): Promise<Map<string, string>> {
  const results = await readResults(join(root, "bench/results"), benchOrder);
  const charts = chartsOf(results);
  const pages = new Map(charts.map(({ name, chart }) => [`docs/charts/${name}.svg`, renderChart(chart)]));
  const update = async (path: string, blocks: Readonly<Record<string, string>>) => {
    const page = await readFile(join(root, path), "utf8");
    pages.set(
      path,
      Object.entries(blocks).reduce((text, [name, content]) => withBlock(text, name, content), page),
    );
  };
  await update("docs/benchmarks.md", {
    results: goalTable(results),
    exceptions: listExceptions(settingExceptions, results),
    misses: missedGoals(results, causes),
    charts: chartImages(charts, "charts"),
  });
  await update("docs/reference/figures.md", { figures: resultSections(results) });
  await update("README.md", {
    highlights: highlightTable(results),
    chart: chartImages(
      charts.filter(({ name }) => name === README_CHART),
      "docs/charts",
    ),
  });
  return pages;
}
