import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { steps } from "../../scripted-model/server.ts";
import { strictTypes } from "../../sdk/strict-types.ts";
import { API_KEY, startWorld, type World } from "../../support/index.ts";
import { onPath } from "../../support/programs/on-path.ts";

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
  return { shell: inLanguage("sh"), typescript: inLanguage("ts"), python: inLanguage("python") };
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

test("a generated TypeScript client compiles, creates a session and follows it to the end", async () => {
  const [install = "", generate = ""] = examples.shell;
  const packages = /^npm install (.*)$/m.exec(install)![1]!.split(" ");
  const own = ["openapi-typescript-helpers", "typescript", "undici-types", "@types/node", ".bin"];
  for (const name of [...packages, ...own]) {
    const link = join(folder, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, "node_modules", name), link);
  }
  await writeFile(join(folder, "package.json"), '{ "type": "module", "private": true }');
  await play("sh", "-euc", generate);

  const program = examples.typescript[0]!;
  await writeFile(join(folder, "follow.ts"), program);
  // Control: the compiler rejects this program. One run checks both, because it takes seconds.
  const mistaken = program.replace("created.data.id", "created.data.identifier");
  await writeFile(join(folder, "mistaken.ts"), mistaken);
  const compiler = ["node_modules/typescript/bin/tsc", ...strictTypes, "--types", "node"];
  const compiled = play(process.execPath, ...compiler, "follow.ts", "mistaken.ts");
  await assert.rejects(compiled, ({ stdout }: { stdout: string }) => {
    assert.match(stdout, /^mistaken\.ts[^\n]*'identifier' does not exist[^\n]*\n$/);
    return true;
  });
  await assertFollowed(await play(process.execPath, "follow.ts"));
});

// Debian's packages are modules of Debian's Python, which may not be the first on the PATH.
const python = "/usr/bin/python3";
const generator = "/usr/lib/python3/dist-packages/datamodel_code_generator";
const isMissing = onPath("datamodel-codegen").length === 0 || !existsSync(generator);

test("generated Python models create a session and follow it to the end", {
  skip:
    isMissing &&
    "the generator is missing: apt-get install datamodel-codegen python3-datamodel-code-generator",
}, async () => {
  await play("sh", "-euc", examples.shell.at(-1)!);
  await writeFile(join(folder, "follow.py"), examples.python[0]!);
  await assertFollowed(await play(python, "follow.py"));

  // Control: the models reject an event without most of its fields.
  const mistaken = 'from tembo import SessionEvent\nSessionEvent.model_validate({"id": 1})\n';
  await writeFile(join(folder, "mistaken.py"), mistaken);
  await assert.rejects(
    play(python, "mistaken.py"),
    /ValidationError: [0-9]+ validation errors for SessionEvent/,
  );
});
