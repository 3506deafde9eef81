import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";

const root = join(import.meta.dirname, "../../../..");

/** Runs a story of the current commit on a schema with a further migration. */
async function runWith(t: TestContext, migration: string) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-migrations-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "9999-planted.sql"), migration);
  // The settings of this test run, such as its results folder, do not apply to the other run.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TEMBO_")));
  const args = ["--commit", "HEAD", "--migrations", folder, "e2e/src/stories/session/stop"];
  const run = spawnSync(process.execPath, [join(root, "scripts/test-previous.ts"), ...args], {
    cwd: root,
    env,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status: run.status, output: `${run.stdout}${run.stderr}` };
}

test("the stories of the previous version pass on a schema with a further column", async (t) => {
  const { status, output } = await runWith(t, "alter table sessions add column planted text;");
  assert.equal(status, 0, output);
  assert.match(output, /Newer migrations: 9999-planted.sql/);
  assert.match(output, /The previous version works with the schema of this version/);
});

test("the stories of the previous version fail on a schema without one of its columns", async (t) => {
  const { status, output } = await runWith(t, "alter table sessions drop column level cascade;");
  assert.equal(status, 1, output);
  assert.match(output, /InternalServerError/);
  assert.match(output, /The previous version does not work with the schema of this version/);
});
