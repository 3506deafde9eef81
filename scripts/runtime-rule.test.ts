import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { findPrivateCopies } from "./runtime-rule.ts";

function findIn(t: TestContext, files: Readonly<Record<string, string>>): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), "tembo-runtime-"));
  t.after(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, "server/src", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return findPrivateCopies(root);
}

test("no server file reimplements a runtime tool", () => {
  assert.deepEqual(findPrivateCopies(join(import.meta.dirname, "..")), []);
});

const listening = /adds an abort listener by hand/;
const looping = /waits in a loop/;
const chaining = /chains promises by hand/;
const collecting = /collects bytes by hand/;

const faults: readonly (readonly [text: string, what: RegExp])[] = [
  ['import { setTimeout as sleep } from "node:timers/promises";\nexport { sleep };', /imports a timer/],
  ["export async function run() {\n  while (!isReady()) await delay(100);\n}", looping],
  [
    "export async function run() {\n  for (;;) {\n    if (await tryOnce()) return;\n    await client.wait(9);\n  }\n}",
    looping,
  ],
  ["export async function run() {\n  do { await Promise.all([sleep(9)]); } while (isBusy);\n}", looping],
  [
    "export async function run() {\n  for (const ms of waits) await new Promise((done) => setTimeout(done, ms));\n}",
    looping,
  ],
  [
    "let last: Promise<void> = Promise.resolve();\nexport const run = (work) => (last = last.then(work));",
    chaining,
  ],
  [
    "export class Queue {\n  #last = Promise.resolve();\n  add(work) { this.#last = this.#last.then(work); }\n}",
    chaining,
  ],
  [
    "export async function read(body) {\n  const chunks = [];\n  for await (const chunk of body) chunks.push(chunk);\n  return Buffer.concat(chunks);\n}",
    collecting,
  ],
  [
    'export function read(body) {\n  const parts = [];\n  body.on("data", (part) => { parts.push(part.subarray(1)); });\n  return () => Buffer.concat(parts);\n}',
    collecting,
  ],
  [
    "export async function run(work) {\n  const late = Promise.withResolvers();\n  setTimeout(late.resolve, 9);\n  return Promise.race([work, late.promise]);\n}",
    /races against a timer/,
  ],
  [
    "export async function run(work) {\n  await Promise.race([work, new Promise((resolve) => setTimeout(resolve, 9))]);\n}",
    /races against a timer/,
  ],
  ['const child = spawn("a");\nchild.stdout.on("data", use);', /may end the server/],
  ["start(() => spawn(program, args));", /may end the server/],
  ["startProgram(spawn(program, args));", /may end the server/],
  [
    "export const enter = () => new Promise((resolve) => waiting.push(resolve));",
    /queues for a permit by hand/,
  ],
  [
    "export const enter = () => new Promise((go) => { waiting.add(() => go()); });",
    /queues for a permit by hand/,
  ],
];

for (const [text, what] of faults) {
  test(`reports a private copy: ${text.split("\n").join(" ")}`, (t) => {
    const found = findIn(t, { "forge/bad.ts": text });
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0]!, what);
    const elsewhere = { "runtime/a.ts": text, "forge/a.test.ts": text, "harness/stub/a.ts": text };
    assert.deepEqual(findIn(t, { ...elsewhere, "forge/b.ts": "" }), []);
  });
}

const listeners = [
  'export const stop = (signal) => signal.addEventListener("abort", end);',
  'export const stop = (signal) => signal.removeEventListener("abort", end);',
  'export const stop = (signal) => once(signal, "abort");',
  "export const stop = (signal) => { signal.onabort = end; };",
  "export const stop = (signal) => addAbortListener(signal, end);",
];

for (const text of listeners) {
  test(`reports an abort listener, in tests as well: ${text}`, (t) => {
    for (const path of ["forge/bad.ts", "forge/bad.test.ts", "testing/bad.ts"]) {
      const found = findIn(t, { [path]: text });
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0]!, listening);
    }
    assert.deepEqual(findIn(t, { "runtime/a.ts": text, "harness/stub/a.ts": text, "forge/b.ts": "" }), []);
  });
}

test("allows the sign-in queue to implement its own order", (t) => {
  const text = "export const enter = () => new Promise((resolve) => waiting.push(resolve));";
  assert.deepEqual(findIn(t, { "core/sign-in/hash-queue.ts": text }), []);
  assert.equal(findIn(t, { "core/sign-in/other-queue.ts": text }).length, 1, "control");
});

test("accepts the runtime's tools, and loops that do not wait", (t) => {
  const sound = `
    let flushed = Promise.resolve();
    export const drained = () => flushed;
    export async function run(signal, body) {
      using _ = onAbort(signal, end);
      for await (const page of pages()) all.push(page);
      for (const item of items) await work(item);
      for (const item of items) later.push(async () => { await delay(item); });
      await retry(work, { signal, afterError: () => 100 });
      await delay(100, signal);
      const timer = setTimeout(end, 9);
      await Promise.all([done, new Promise((resolve) => socket.once("close", () => resolve()))]);
      clearTimeout(timer);
      startProgram(() => spawn("a"), fail);
      sandbox.spawn(command, signal);
      return readBounded(body, 9, tooLong);
    }`;
  assert.deepEqual(findIn(t, { "forge/sound.ts": sound }), []);
});

test("rejects a folder without files", (t) => {
  assert.throws(() => findIn(t, { "runtime/only.ts": "" }), /No files found/);
});
