import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkPackage, Package } from "@arethetypeswrong/core";
import { publint } from "publint";
import { API_KEY, startWorld, type World } from "../support/index.ts";
import { type InstalledSdk, installSdk } from "./install-sdk.ts";
import { readmeExamples } from "./readme-examples.ts";
import { findBun, findChromium, findDeno, findNode20, type Runtime } from "./runtimes.ts";
import { strictTypes } from "./strict-types.ts";
import { useInBrowser } from "./use-in-browser.ts";

const run = promisify(execFile);
const sdkFolder = fileURLToPath(new URL("../../../sdk", import.meta.url));
const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
const toArrayBuffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

let sdk: InstalledSdk;
let world: World;
let sessionId: string;

/** Timeout of the setup. The build and an agent's turn take minutes on a busy machine. */
const setUp = { timeout: 600_000 };
before(() => {
  sdk = installSdk();
}, setUp);
after(() => sdk?.remove());

test("publint and attw find no problems in the npm package, and report a planted problem", async () => {
  const pack = { tarball: toArrayBuffer(readFileSync(sdk.tarball)) };
  assert.deepEqual((await publint({ pack, strict: true })).messages, []);
  const wrongTypes = async () => {
    const files = globSync("**/*.{js,ts,json}", { cwd: sdk.installed });
    const read = (file: string) => readFileSync(join(sdk.installed, file), "utf8");
    const entries = files.map((file) => [`/node_modules/@tembo-io/sdk/${file}`, read(file)]);
    const analysis = await checkPackage(new Package(Object.fromEntries(entries), "@tembo-io/sdk", "0.1.0"));
    assert.ok(analysis.types);
    return analysis.problems.map(({ kind }) => kind);
  };
  assert.deepEqual(await wrongTypes(), []);
  // Control: with the types of `require()` for `import`, the check fails.
  const manifest = join(sdk.installed, "package.json");
  const before = readFileSync(manifest, "utf8");
  writeFileSync(manifest, before.replace('"types": "./esm/', '"types": "./cjs/'));
  assert.deepEqual(await wrongTypes(), ["FalseCJS"]);
  writeFileSync(manifest, before);
});

/** Returns the lines of the README's install block, with the path of this test's tarball. */
function installLines(): string[] {
  const [, block = ""] = /^```sh\n(.*?)^```/ms.exec(readFileSync(join(sdkFolder, "README.md"), "utf8")) ?? [];
  const folder = dirname(sdk.tarball);
  return block
    .split("\n")
    .map((line) => line.replace(/\s+#.*/, "").replace("/path/to/tembo/.cache/release", folder));
}

test("the install commands in the README produce a package that Node can import", async () => {
  const [build, install] = installLines();
  assert.equal(build, "npm run release:pack");
  assert.equal(install, `npm install @tembo-io/sdk@${sdk.tarball}`);
  const project = mkdtempSync(join(tmpdir(), "tembo-install-"));
  try {
    writeFileSync(join(project, "package.json"), '{ "type": "module" }');
    // The tarball is that of the release. scripts/install-tests/ runs the first command.
    await run("sh", ["-c", `${install} --offline --no-audit --no-fund`], { cwd: project });
    const program =
      "import Tembo from '@tembo-io/sdk'; console.log(typeof new Tembo({ apiKey: 'k' }).session.create);";
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", program], { cwd: project });
    assert.equal(stdout, "function\n");
  } finally {
    rmSync(project, { recursive: true });
  }
});

test("rejects packing the source folder, and prints the right command", async () => {
  const pack = (folder: string) =>
    run("npm", ["pack", folder, "--dry-run", "--silent", "--offline"], { cwd: sdk.project });
  await assert.rejects(pack(sdkFolder), /npm run release:pack/);
  await pack(join(sdkFolder, "dist"));
});

test("the package imports neither another package nor a Node module", () => {
  const manifest = JSON.parse(readFileSync(join(sdk.installed, "package.json"), "utf8"));
  assert.equal(manifest.dependencies, undefined);
  assert.ok(
    ["README.md", "LICENSE"].every((name) => readFileSync(join(sdk.installed, name), "utf8").length > 0),
  );
  const files = globSync("{esm,cjs}/**/*.{js,d.ts}", { cwd: sdk.installed });
  assert.ok(files.length > 100);
  for (const file of files) {
    const text = readFileSync(join(sdk.installed, file), "utf8");
    for (const [, specifier] of text.matchAll(/(?:\bfrom |\brequire\(|\bimport\()"([^"]+)"/g))
      assert.match(specifier!, /^[.]{1,2}\/.*[.]js$/, `${file} imports ${specifier}`);
  }
});

test("the types compile with import and require, without zod's types", async () => {
  const use = (head: string) => `${head}
const client = new Tembo({ apiKey: "My API Key" });
export async function use(): Promise<string | undefined> {
  for await (const session of client.sessions.list()) return session.title;
  for await (const event of client.sessions.events.stream("s")) return event.eventType;
  for await (const event of client.live.connect({ sessions: ["s"] })) return event.sessionId;
  const { data, response } = await client.session.create({ prompt: "Fix it" }).withResponse();
  return response.ok ? data.htmlUrl : (await client.sessions.wait(data.id)).state.current;
}
// @ts-expect-error a prompt is text
export const wrong = () => client.session.create({ prompt: 1 });
export const inPage = new Tembo({ apiKey: "My API Key", WebSocket });
`;
  writeFileSync(join(sdk.project, "esm.mts"), use('import Tembo from "@tembo-io/sdk";'));
  writeFileSync(
    join(sdk.project, "cjs.cts"),
    use('import sdk = require("@tembo-io/sdk");\nconst { Tembo } = sdk;'),
  );
  const lib = ["--lib", "es2023,dom,dom.iterable,dom.asynciterable"];
  const options = [...strictTypes, "--target", "es2022", ...lib];
  await run(process.execPath, [tsc, ...options, "esm.mts", "cjs.cts"], { cwd: sdk.project });
});

test("the examples in the README type-check", async () => {
  const examples = readmeExamples().filter(({ language }) => language === "ts");
  for (const { file, code } of examples) writeFileSync(join(sdk.project, file), code);
  symlinkSync(
    join(import.meta.dirname, "../../../node_modules/@types"),
    join(sdk.project, "node_modules/@types"),
  );
  const strict = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--types", "node"];
  const files = [...examples.map(({ file }) => file), "ws.mts"];
  writeFileSync(join(sdk.project, "ws.mts"), withWs);
  linkWs(sdk.project);
  await run(process.execPath, [tsc, ...strict, ...files], { cwd: sdk.project });
});

const withWs = `import Tembo from "@tembo-io/sdk";
import { WebSocket } from "ws";
export const client = new Tembo({ apiKey: "My API Key", WebSocket });
`;

function linkWs(project: string): void {
  const target = join(project, "node_modules/ws");
  if (!existsSync(target)) symlinkSync(join(import.meta.dirname, "../../../node_modules/ws"), target);
}

/** Expected output of every program. */
const expected = {
  listed: 2,
  status: 200,
  isSame: true,
  hasRequestID: true,
  refused: [true, 404, "not_found"],
  content: "grüße",
  lastTurn: "turn.completed",
  live: "turn.completed",
  waited: "completed",
};
/** Node 20 has no built-in WebSocket. */
const expectedInNode20 = {
  ...expected,
  live: "No WebSocket implementation is available. Use Node 22 or newer, or pass the WebSocket class of the ws package to new Tembo({ WebSocket }).",
};
const asked = () => ({ baseURL: world.url, apiKey: API_KEY, sessionId });

const node: Runtime = { command: [process.execPath] };
const node20 = findNode20();
const bun = findBun();
const deno = findDeno("127.0.0.1");
const programs: [string, Runtime, string][] = [
  ["Node 24 imports it", node, "run.mjs"],
  ["Node 24 requires it", node, "run.cjs"],
  ["a Node worker thread imports it", node, "thread.mjs"],
  ["Node 20 imports it", node20, "run.mjs"],
  ["Node 20 requires it", node20, "run.cjs"],
  ["Bun imports it", bun, "run.mjs"],
  ["Bun requires it", bun, "run.cjs"],
  ["Deno imports it", deno, "run.mjs"],
];
describe("against a server", () => {
  before(async () => {
    world = await startWorld();
    const { url } = await world.repository("one/app", { "a.txt": "a\n" });
    const prompt = 'First. SCRIPT(say("Done."))';
    sessionId = (await world.client.session.create({ prompt, repositories: [url] })).id;
    await world.client.session.create({ prompt: "Second.", queueRightAway: false });
    await world.client.sessions.wait(sessionId);
  }, setUp);
  after(() => world?.close());

  for (const [what, runtime, program] of programs) {
    const skip = "missing" in runtime && runtime.missing;
    test(`${what}, then lists, streams and waits`, { skip }, async () => {
      assert.ok("command" in runtime);
      const [file = "", ...args] = runtime.command;
      // The program inherits no other environment variables. Its arguments contain everything that it needs.
      const env = { PATH: process.env.PATH, HOME: sdk.project };
      const options = { cwd: sdk.project, env, timeout: 60_000 };
      const { stdout } = await run(file, [...args, program, JSON.stringify(asked())], options);
      assert.deepEqual(JSON.parse(stdout), runtime === node20 ? expectedInNode20 : expected);
    });
  }

  test("Node 20 opens a live connection with the WebSocket class of the ws package", {
    skip: "missing" in node20 && node20.missing,
  }, async () => {
    assert.ok("command" in node20);
    linkWs(sdk.project);
    const args = ["run-with-ws.cjs", JSON.stringify(asked())];
    const { stdout } = await run(node20.command[0]!, args, { cwd: sdk.project, timeout: 60_000 });
    assert.equal(stdout, "turn.completed\n");
  });

  const chromium = findChromium();
  test("a page and its worker use the package in Chromium, with a same-origin server", {
    skip: "missing" in chromium && chromium.missing,
  }, async () => {
    assert.ok("command" in chromium);
    const { page, worker } = await useInBrowser(chromium.command[0]!, { sdk, asked: asked() });
    assert.deepEqual(page, expected);
    assert.deepEqual(worker, expected);
  });
});
