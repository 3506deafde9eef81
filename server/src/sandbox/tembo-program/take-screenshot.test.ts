import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("main.cjs", import.meta.url));
const request = JSON.stringify({ url: "http://localhost:1/", width: 300, height: 200, maxBytes: 1_000_000 });

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "tembo-no-browser-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a script that starts instead of Chromium, and returns its path. */
function browser(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

/** Starts the program, whose temporary files are in the test's folder. */
function start(env: Readonly<Record<string, string>>) {
  return spawn(process.execPath, [main, "take-screenshot", request], {
    env: { PATH: folder, TMPDIR: folder, ...env },
  });
}

async function run(env: Readonly<Record<string, string>>) {
  const child = start(env);
  const [stderr, code] = await Promise.all([
    text(child.stderr),
    new Promise((resolve) => child.once("exit", resolve)),
  ]);
  const profiles = readdirSync(folder).filter((name) => name.startsWith("tembo-screenshot-"));
  return { stderr, code, profiles };
}

test("explains how to get Chromium if the sandbox has none", async () => {
  const { stderr, code } = await run({});
  assert.match(stderr, /^The sandbox has no Chromium\. Use an image .*, or set TEMBO_CHROMIUM/);
  assert.equal(code, 1);
});

test("reports why Chromium did not start, and removes its profile", async () => {
  const broken = browser("broken", 'echo "a library is missing" >&2; exit 3');
  for (const [path, expected] of [
    [broken, /Chromium exited\. Its last output: a library is missing/],
    [join(folder, "absent"), /Chromium exited\. Its last output: .*ENOENT/],
  ] as const) {
    const { stderr, code, profiles } = await run({ TEMBO_CHROMIUM: path });
    assert.match(stderr, expected);
    assert.deepEqual([code, profiles], [1, []]);
  }
});

test("ends a browser that hangs, and removes its profile, when the input ends", async () => {
  const hanging = browser("hanging", "exec sleep 1000");
  const child = start({ TEMBO_CHROMIUM: hanging, PATH: process.env.PATH! });
  child.stdin.end();
  const [stderr, code] = await Promise.all([
    text(child.stderr),
    new Promise((resolve) => child.once("exit", resolve)),
  ]);
  assert.match(stderr, /The screenshot was cancelled/);
  assert.equal(code, 1);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith("tembo-screenshot-")),
    [],
  );
});
