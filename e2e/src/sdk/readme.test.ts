import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { steps } from "../scripted-model/server.ts";
import { API_KEY, startWorld, type World } from "../support/index.ts";
import { examplesOf, readmeExamples } from "./readme-examples.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));

const examples = readmeExamples();

let world: World;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "tembo-readme-"));
  mkdirSync(join(folder, "node_modules/@tembo-io"), { recursive: true });
  symlinkSync(join(root, "sdk"), join(folder, "node_modules/@tembo-io/sdk"));
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

/** Runs an example as a reader would, with the key and the URL in the environment. */
const play = (file: string) =>
  run(process.execPath, [file], {
    cwd: folder,
    env: { PATH: process.env.PATH, TEMBO_API_KEY: API_KEY, TEMBO_BASE_URL: world.url },
    timeout: 120_000,
  });

for (const { file, title } of examples) {
  test(`${file} in the README, "${title}", runs`, async () => {
    await play(file);
  });
}

test("control: finds examples, and reports a failing example", async () => {
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
