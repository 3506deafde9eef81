import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Figure } from "../report/figure.ts";
import { readResults, type SavedResult } from "../report/saved-result.ts";
import { withBlock } from "./block.ts";
import { chartsOf } from "./charts.ts";
import { highlightTable } from "./highlights.ts";
import { listExceptions } from "./list-exceptions.ts";
import { wrap } from "./markdown.ts";
import { missedGoals } from "./missed-goals.ts";
import { describeChart, renderChart } from "./svg-chart.ts";
import { goalTable, resultSections } from "./tables.ts";
import { figurePages } from "./write-pages.ts";

const root = join(import.meta.dirname, "../../..");

const figure: Figure = {
  name: "sandbox create -> true, median",
  unit: "ms",
  product: 40,
  floor: 10,
  peer: { name: "other 1.0", value: 80 },
  goal: { bound: "at most", factor: 3 },
  runs: 100,
};
const result: SavedResult = {
  name: "sandbox",
  date: "2026-11-30T12:00:00.000Z",
  command: "npm run bench -- sandbox",
  machine: { cpu: "CPU", cores: 2, memoryGb: 24, node: "v24.1.0", kernel: "6" },
  loadBefore: 1,
  loadAfter: 2,
  minutes: 1.5,
  figures: [figure, { ...figure, name: "without a goal", goal: null }],
  notes: [],
  isWarm: true,
};

test("the published pages and charts show the results in bench/results", async () => {
  for (const [path, content] of await figurePages(root))
    assert.equal(await readFile(join(root, path), "utf8"), content, `${path}: run "npm run generate"`);
});

test("lists each figure with a goal in one table, with its floor, peer, ratio, machine, date and command", () => {
  const rows = goalTable([result]).split("\n");
  assert.deepEqual(rows.slice(2), [
    "| sandbox create → true, median | 10 ms | 80 ms, other 1.0 | 40 ms | 4.00 | ≤ 3.00 × = 30 ms (missed) | CPU, 2 cores, 24 GB | 2026-11-30 | `npm run bench -- sandbox` |",
  ]);
});

test("lists the missed goals by cause, and rejects a missed goal without one", () => {
  const slow = { result: /^sandbox$/, figure: /^sandbox create/, why: "Its files are written first." };
  assert.equal(
    missedGoals([result], [slow]),
    "- **sandbox create → true, median**: Its files are written first.",
  );
  assert.throws(() => missedGoals([result], [{ ...slow, result: /^session$/ }]), /Add the cause to/);
  const met = { ...result, figures: [{ ...figure, product: 20 }] };
  assert.equal(missedGoals([met], []), "All goals are met.");
});

test("lists the settings that differ, and the results that an earlier version measured with others", () => {
  const why = { benches: ["session"], why: "Why" } as const;
  const exceptions = [
    { variable: "TEMBO_A", value: "1", ...why },
    { variable: "TEMBO_B", value: "2", ...why },
    { variable: "TEMBO_C", value: "3", ...why, why: "Another reason" },
  ];
  const lines = [
    "- `TEMBO_A`: 1; `TEMBO_B`: 2. Why. Benches: `session`.",
    "- `TEMBO_C`: 3. Another reason. Benches: `session`.",
  ];
  const session = { ...result, name: "session" };
  assert.equal(listExceptions(exceptions, [{ ...session, exceptions: [] }]), lines.join("\n"));
  assert.match(
    listExceptions(exceptions, [session]),
    /- Results of an earlier version of the benches: `session`\./,
  );
  assert.match(
    listExceptions(exceptions, [{ ...session, exceptions: [], isWarm: false }]),
    /with an asterisk/,
  );
  assert.equal(
    listExceptions(exceptions, [{ ...result, name: "placement" }]),
    lines.join("\n"),
    "a bench without a server",
  );
});

test("marks results of a server that was not warm", () => {
  assert.match(goalTable([{ ...result, isWarm: false }]), /\| 2026-11-30 \\\* \|/);
});

test("lists all figures of a result in its section", () => {
  const section = resultSections([result]);
  assert.match(section, /^## sandbox\n\n- Measured on 2026-11-30 with `npm run bench -- sandbox`\./);
  assert.match(section, /- Load average: 1 before the bench, 2 after it\. Duration: 1\.5 minutes\.\n/);
  assert.match(section, /\| without a goal \| 10 ms \|/);
});

test("draws the floor, Tembo and the peer, and describes the chart", () => {
  const { chart } = chartsOf([result])[0]!;
  const description =
    "Start a sandbox and run one command, median (2026-11-30). one sandbox: bare bubblewrap 10 ms, Tembo 40 ms, other 1.0 80 ms.";
  assert.equal(describeChart(chart), description);
  const svg = renderChart(chart);
  assert.ok(svg.includes(`<title>${description}</title>`));
  const widths = [...svg.matchAll(/<rect class="s\d" x="210" y="\d+" width="(\d+)"/g)].map(([, width]) =>
    Number(width),
  );
  assert.deepEqual(
    widths.map((width) => Math.round((width * 8) / widths[2]!)),
    [1, 4, 8],
    "the lengths of the bars are in proportion",
  );
});

test("escapes text in a chart", () => {
  const groups = [{ label: "a < b & c", values: [1] }];
  const svg = renderChart({ title: "t", unit: "ms", series: ["s"], groups });
  assert.ok(svg.includes(">a &lt; b &amp; c</text>"));
});

test("draws the newest of several results", () => {
  const page = { ...figure, name: "list, p99" };
  const older = { ...result, name: "api", date: "2026-11-26T12:00:00.000Z", figures: [page] };
  const newer = { ...older, name: "api-20000", date: "2026-11-30T12:00:00.000Z" };
  for (const results of [
    [older, newer],
    [newer, older],
  ])
    assert.match(chartsOf(results)[0]!.chart.title, /\(2026-11-30\)$/);
});

test("draws no chart without results", () => {
  assert.deepEqual(chartsOf([]), []);
});

test("names each type of machine of the highlights once", async () => {
  const results = await readResults(join(root, "bench/results"), []);
  const onMachine = (name: string, cpu: string) =>
    results
      .filter((one) => one.name === name)
      .map((one) => ({ ...one, machine: { ...one.machine, cpu, cores: 2, memoryGb: 24 } }));
  const others = ["sandbox", "recovery", "live", "api"].flatMap((name) => onMachine(name, "B"));
  assert.match(
    highlightTable([...onMachine("session", "B"), ...others]),
    /\n\nThe rows were measured on machines of this type: B, 2 cores, 24 GB\.$/,
  );
  assert.match(
    highlightTable([...onMachine("session", "A"), ...others]),
    /\n\nThe rows were measured on machines of these types: A, 2 cores, 24 GB; B, 2 cores, 24 GB\.$/,
  );
});

test("reports the result file and the command of a missing highlight", () => {
  assert.throws(
    () => highlightTable([]),
    /session\.json has no figure "whole session, .*Run "npm run bench -- session"/,
  );
});

test("replaces only the content of a block, and rejects a page without it", () => {
  const begin = "<!-- Generated from bench/results/ by `npm run generate`: results. -->";
  const page = `before\n${begin}\n\nold\n\n<!-- End of results. -->\nafter\n`;
  assert.equal(
    withBlock(page, "results", "new"),
    `before\n${begin}\n\nnew\n\n<!-- End of results. -->\nafter\n`,
  );
  assert.throws(() => withBlock(page, "charts", "new"), /has no/);
});

test("wraps a text at 120 columns", () => {
  const lines = wrap("word ".repeat(60).trim()).split("\n");
  assert.deepEqual(
    lines.map(({ length }) => length),
    [119, 119, 59],
  );
  assert.deepEqual(
    wrap(`- ${"word ".repeat(30).trim()}`, "  ")
      .split("\n")[1]!
      .slice(0, 6),
    "  word",
  );
});
