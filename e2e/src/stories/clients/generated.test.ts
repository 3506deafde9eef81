import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { steps } from "../../scripted-model/server.ts";
import { strictTypes } from "../../sdk/strict-types.ts";
import { API_KEY, startWorld, type World } from "../../support/index.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../../", import.meta.url));

let world: World;
let folder: string;
let examples: Awaited<ReturnType<typeof readExamples>>;
before(async () => {
  examples = await readExamples();
  folder = await mkdtemp(join(tmpdir(), "tembo-generated-"));
  world = await startWorld();
  world.model.setDefaultScript([steps.say("Hello.")]);
});
after(async () => {
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Returns the code blocks of the guide's section about generated clients, by language. */
async function readExamples() {
  const guide = await readFile(join(root, "docs/guides/call-the-api.md"), "utf8");
  const [, section = ""] = /^## Generate a client\n(.*?)^## /ms.exec(guide) ?? [];
  const blocks = [...section.matchAll(/^```(\w+)\n(.*?)^```/gms)];
  const inLanguage = (language: string) =>
    blocks.flatMap(([, one, code]) => (one === language ? [code!] : []));
  return { shell: inLanguage("sh"), typescript: inLanguage("ts") };
}

/** Runs a program in the folder as a reader would, with the key and the URL in the environment. */
async function play(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(command, args, {
    cwd: folder,
    env: {
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: folder,
      TEMBO_API_KEY: API_KEY,
      TEMBO_BASE_URL: world.url,
    },
    timeout: 120_000,
  });
  return stdout;
}

/** Asserts that the program printed the types of all events of a completed session, in order. */
async function assertFollowed(printed: string): Promise<void> {
  const { sessions } = await world.client.session.list({ limit: 1 });
  const events = await world.events(sessions[0]!.id);
  const types = events.map(({ eventType }) => eventType);
  const end = types.indexOf("turn.completed");
  assert.ok(end > 0, types.join());
  assert.deepEqual(printed.trim().split("\n"), types.slice(0, end + 1));
}

describe("a generated TypeScript client", () => {
  before(async () => {
    const [install = ""] = examples.shell;
    const packages = /^npm install (.*)$/m.exec(install)![1]!.split(" ");
    for (const name of [
      ...packages,
      "openapi-typescript-helpers",
      "typescript",
      "undici-types",
      "@types/node",
    ]) {
      const link = join(folder, "node_modules", name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(root, "node_modules", name), link);
    }
    await mkdir(join(folder, "node_modules/.bin"));
    for (const name of packages.filter((name) => name === "openapi-typescript"))
      await symlink(join(root, "node_modules/.bin", name), join(folder, "node_modules/.bin", name));
    await writeFile(join(folder, "package.json"), '{ "type": "module", "private": true }');
    await play("sh", "-euc", examples.shell[1]!);
  });

  test("compiles, creates a session and follows it to the end", async () => {
    await writeFile(join(folder, "follow.ts"), examples.typescript[0]!);
    await compile("follow.ts");
    await assertFollowed(await play(process.execPath, "follow.ts"));
  });

  test("control: the compiler rejects an unknown field of the session", async () => {
    const program = examples.typescript[0]!.replace("created.data.id", "created.data.identifier");
    await writeFile(join(folder, "mistaken.ts"), program);
    await assert.rejects(compile("mistaken.ts"), (failure: { stdout: string }) =>
      /'identifier' does not exist/.test(failure.stdout),
    );
  });

  const compile = (file: string) =>
    play(process.execPath, "node_modules/typescript/bin/tsc", ...strictTypes, "--types", "node", file);
});
