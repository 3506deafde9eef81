import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startMcpServer } from "../support/hosts/mcp-server.ts";
import { startWorld, type World } from "../support/index.ts";
import { cannot } from "./cannot.ts";
import { formatTable } from "./format-table.ts";
import type { Bench, Row } from "./row.ts";

/** Harnesses whose model can be scripted. They run as real packages in real sandboxes. */
const harnesses = ["claudeCode", "codex", "opencode", "pi", "gemini"];
/**
 * Harness that runs every row by default. The others run only the rows of `filesForAll`, unless `--all` is set, because the
 * whole matrix takes more than ten minutes.
 */
const fullHarness = "claudeCode";
const filesForAll = ["1-work.ts", "2-cancel.ts", "4-decisions.ts", "7-resume.ts"];
const runsAll = process.env.TEMBO_TEST_COMBINATIONS === "all";
const rows = await loadRows();
const outcomes = new Map<string, string>();
let world: World;
let mcpServer: Awaited<ReturnType<typeof startMcpServer>>;
const mcpToken = "mcp-token-of-the-matrix-7731";

before(async () => {
  mcpServer = await startMcpServer("127.0.0.5", mcpToken);
  world = await startWorld({
    env: { TEMBO_PRIVATE_HOSTS: mcpServer.place, NODE_EXTRA_CA_CERTS: mcpServer.certificatePath },
  });
});
after(async () => {
  await world.close();
  await mcpServer.close();
  console.log(
    formatTable(
      harnesses,
      rows.map(({ row }) => row),
      (harness, row) => outcomes.get(`${harness}:${row}`) ?? "not run",
    ),
  );
});

test("every file that all harnesses run exists", () => {
  for (const name of filesForAll)
    assert.ok(
      rows.some(({ file }) => file === name),
      name,
    );
});

for (const harness of harnesses) {
  for (const { file, row } of rows) {
    if (!runsAll && harness !== fullHarness && !filesForAll.includes(file)) continue;
    const why = cannot[harness]?.[row.name];
    const key = `${harness}:${row.name}`;
    if (why !== undefined) outcomes.set(key, `no: ${why}`);
    test(`${harness}: ${row.does}`, { skip: why ?? false }, async () => {
      outcomes.set(key, "FAILED");
      await row.run(benchOf(harness, row));
      outcomes.set(key, "ok");
    });
  }
}

function benchOf(harness: string, row: Row): Bench {
  const owner = `${harness}-${row.name.replaceAll(/[^a-z0-9]+/gi, "-")}`;
  return {
    world,
    harness,
    mcpServer: { url: `https://${mcpServer.place}/mcp`, token: mcpToken, calls: mcpServer.calls },
    repository: (name, files) => world.repository(`${owner}/${name}`, files),
    start: (prompt, repositories = []) =>
      world.client.session.create({
        prompt,
        agent: harness,
        repositories: repositories.map(({ url }) => url),
      }),
  };
}

async function loadRows(): Promise<{ readonly file: string; readonly row: Row }[]> {
  const folder = join(import.meta.dirname, "rows");
  const files = readdirSync(folder).sort();
  const modules = await Promise.all(
    files.map(async (file) => {
      const module = (await import(join(folder, file))) as { readonly rows: readonly Row[] };
      return module.rows.map((row) => ({ file, row }));
    }),
  );
  return modules.flat();
}
