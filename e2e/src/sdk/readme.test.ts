import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { steps } from "../scripted-model/server.ts";
import { API_KEY, startWorld, type World } from "../support/index.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));
const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
const readme = readFileSync(join(root, "sdk/README.md"), "utf8");

interface Example {
  /** The heading that it stands below. */
  readonly title: string;
  readonly language: "ts" | "js";
  readonly code: string;
}

/** The programs of a text, each with the heading above it. */
function examplesOf(markdown: string): Example[] {
  let title = "";
  return [...markdown.matchAll(/^## ([^\n]*)$|^```(ts|js)\n(.*?)^```/gms)].flatMap(
    ([, heading, language, code]) => {
      if (heading !== undefined) title = heading;
      return code === undefined ? [] : [{ title, language: language as "ts" | "js", code }];
    },
  );
}

const examples = examplesOf(readme).map((example, index) => ({
  ...example,
  file: `example-${index + 1}.${example.language === "ts" ? "ts" : "cjs"}`,
}));

let world: World;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "tembo-readme-"));
  mkdirSync(join(folder, "node_modules/@tembo-io"), { recursive: true });
  symlinkSync(join(root, "sdk"), join(folder, "node_modules/@tembo-io/sdk"));
  symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "LICENSE"), "Do as you like.\n");
  for (const { file, code } of examples) writeFileSync(join(folder, file), code);
  world = await startWorld();
  world.model.setDefaultScript([steps.say("Hello.")]);
});
after(async () => {
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As its reader would, with key and address in the environment. */
const play = (file: string) =>
  run(process.execPath, [file], {
    cwd: folder,
    env: { PATH: process.env.PATH, TEMBO_API_KEY: API_KEY, TEMBO_BASE_URL: world.url },
    timeout: 120_000,
  });

for (const { file, title } of examples) {
  test(`${file} of the README, "${title}", runs`, async () => {
    await play(file);
  });
}

test("the examples have the types that they use", async () => {
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024", "--skipLibCheck"];
  const lib = ["--lib", "es2024,dom,dom.iterable,dom.asynciterable,esnext.disposable"];
  const files = examples.map(({ file }) => file).filter((file) => file.endsWith(".ts"));
  await run(
    process.execPath,
    [tsc, ...options, ...lib, "--types", "node", "--allowImportingTsExtensions", ...files],
    { cwd: folder },
  );
});

test("examples are found, and one that fails is seen", async () => {
  assert.ok(examples.length >= 10);
  const markdown = "## One\n```ts\na();\n```\n```sh\nb\n```\n## Two\n```js\nc();\n```\n";
  assert.deepEqual(examplesOf(markdown), [
    { title: "One", language: "ts", code: "a();\n" },
    { title: "Two", language: "js", code: "c();\n" },
  ]);
  writeFileSync(
    join(folder, "fails.ts"),
    'import Tembo from "@tembo-io/sdk";\nawait new Tembo({ apiKey: "other" }).me.retrieve();\n',
  );
  await assert.rejects(play("fails.ts"), /AuthenticationError/);
});
