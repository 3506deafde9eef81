import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Bench } from "../benches.ts";
import type { Figure } from "../report/figure.ts";
import { type BenchName, benchOrder } from "../report/order.ts";
import { parseBenchCommand } from "./options.ts";
import { runBenches } from "./run-benches.ts";

const figure: Figure = {
  name: "a figure",
  unit: "ms",
  product: 2,
  floor: 1,
  peer: { name: "other 1.0", value: 3.00049 },
  goal: { bound: "at most", plus: 1 },
  runs: 1,
};
const measured: Bench = async () => ({ figures: [figure], notes: ["a note"], measurements: {} });

async function run(args: readonly string[], failing: readonly BenchName[] = []) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-run-"));
  try {
    const lines: string[] = [];
    const benches = Object.fromEntries(
      benchOrder.map((name) => [
        name,
        failing.includes(name) ? () => Promise.reject(new Error("no browser")) : measured,
      ]),
    ) as Record<BenchName, Bench>;
    const machine = { cpu: "CPU", cores: 2, memoryGb: 24, node: "v24", kernel: "6" };
    const print = (line: string) => void lines.push(line);
    const code = await runBenches(
      { benches, machine, folder, print, printProgress: () => {} },
      parseBenchCommand(args),
    );
    const files = (await readdir(folder)).sort();
    const first = JSON.parse(await readFile(join(folder, files[0]!), "utf8"));
    return { code, output: lines.join("\n"), files, first };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("saves the results of each bench, and prints one table of all", async () => {
  const { code, output, files, first } = await run(["all"]);
  assert.equal(code, 0, "a missed goal is not a failure");
  assert.equal(files.length, benchOrder.length);
  assert.ok(files.includes("api-20000.json"));
  assert.equal(first.command, "npm run bench -- api --sessions 20000");
  assert.deepEqual(first.figures[0].peer, { name: "other 1.0", value: 3 });
  const table = output.split("\n").slice(-benchOrder.length - 2);
  assert.match(table[0]!, /^figure .* command$/);
  assert.match(table.at(-1)!, /^a figure .* npm run bench -- placement$/);
});

test("runs the other benches after one has failed, and reports the failure at the end", async () => {
  const { code, output, files } = await run(["all"], ["web"]);
  assert.equal(code, 1);
  assert.equal(files.length, benchOrder.length - 1);
  assert.match(output, /web failed: Error: no browser/);
  assert.match(output, /These benches failed: web\.$/);
});
