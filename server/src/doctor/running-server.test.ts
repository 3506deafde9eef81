import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { thisMachine } from "../config.ts";
import { findRunningServer } from "./running-server.ts";

interface Process {
  readonly words: readonly string[];
  readonly env: Record<string, string>;
}

/** Creates a folder like `/proc` that contains these processes, numbered from 1. */
async function procWith(t: TestContext, processes: readonly Process[]): Promise<string> {
  const proc = await mkdtemp(join(tmpdir(), "tembo-proc-"));
  t.after(() => rm(proc, { recursive: true }));
  for (const [index, { words, env }] of processes.entries()) {
    const folder = join(proc, String(index + 1));
    await mkdir(folder);
    const lines = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    await writeFile(join(folder, "cmdline"), `${words.join("\0")}\0`);
    await writeFile(join(folder, "environ"), `${lines.join("\0")}\0`);
  }
  return proc;
}

const start = ["/opt/tembo/node_modules/.bin/node", "cli/src/main.ts", "start"];
const one = { words: start, env: { TEMBO_DATA_DIR: "/one", OPENAI_API_KEY: "k" } };
const small = start.toSpliced(1, 0, "--max-semi-space-size=16");
const two = { words: small, env: { TEMBO_DATA_DIR: "/two", PORT: "3001" } };
const noServers = [
  { words: ["node", "cli/src/main.ts", "session", "list"], env: {} },
  { words: ["node", "cli/src/main.ts", "worker"], env: {} },
  { words: ["node", "main.ts", "start"], env: {} },
  { words: start, env: { PORT: "no number" } },
];

async function pidOf(t: TestContext, processes: readonly Process[], env: Record<string, string>) {
  return (await findRunningServer(env, thisMachine(), await procWith(t, processes)))?.pid ?? null;
}

test("without settings, finds the server only if exactly one server is running", async (t) => {
  assert.equal(await pidOf(t, [...noServers, one], { ANTHROPIC_API_KEY: "other" }), 5);
  assert.equal(await pidOf(t, noServers, {}), null);
  assert.equal(await pidOf(t, [one, two], {}), null, "finds no server if several match");
});

test("finds the server of an installed package, whose files are JavaScript", async (t) => {
  const installed = { ...one, words: one.words.with(1, "/usr/local/lib/tembo/cli/src/main.js") };
  assert.equal(await pidOf(t, [installed], {}), 1);
});

test("with a data folder or port, finds only the server that uses it", async (t) => {
  assert.equal(await pidOf(t, [one, two], { TEMBO_DATA_DIR: "/two", PORT: "3001" }), 2);
  assert.equal(await pidOf(t, [one], { TEMBO_DATA_DIR: "/two" }), null);
  assert.equal(await pidOf(t, [one], { PORT: "x" }), null);
});

test("finds a running server by the environment of its process", async (t) => {
  const child = spawn(
    process.execPath,
    ["-e", "console.log('up'); setInterval(() => {}, 1e6)", "cli/src/main.ts", "start"],
    { env: { TEMBO_DATA_DIR: "/a-real-one", PORT: "3999" }, stdio: ["ignore", "pipe", "inherit"] },
  );
  t.after(() => child.kill());
  await once(child.stdout, "data");
  const env = { TEMBO_DATA_DIR: "/a-real-one", PORT: "3999" };
  assert.equal((await findRunningServer(env, thisMachine()))?.pid, child.pid);
});
