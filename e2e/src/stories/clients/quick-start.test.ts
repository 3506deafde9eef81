import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { steps } from "../../scripted-model/server.ts";
import { API_KEY, git, startWorld, type World } from "../../support/index.ts";

const root = join(import.meta.dirname, "../../../..");

/** Returns the code blocks of the README section about the first pull request, in order: the shell blocks and the SDK sample. */
async function quickStart(): Promise<{ shell: string[]; sample: string }> {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const [, part = ""] = /^## Open your first pull request\n(.*?)^## /ms.exec(readme) ?? [];
  const blocks = [...part.matchAll(/^```(sh|js)\n(.*?)^```/gms)];
  const of = (language: string) => blocks.filter((block) => block[1] === language).map((block) => block[2]!);
  const [sample = ""] = of("js");
  return { shell: of("sh"), sample };
}

let world: World;
let home: string;
let project: string;
before(async () => {
  world = await startWorld();
  world.model.setDefaultScript([steps.write("fixed.txt", "yes\n"), steps.say("Fixed.")]);
  home = await realpath(await mkdtemp(join(tmpdir(), "tembo-quick-start-")));
  project = join(home, "my-project");
  await git("/", null, "init", "--quiet", "--initial-branch=main", project);
  await writeFile(join(project, "app.txt"), "one\n");
  await git(project, null, "add", "--all");
  await git(project, null, "commit", "--quiet", "--message", "First");
});
after(async () => {
  await world?.close();
  await rm(home, { recursive: true, force: true });
});

/** Runs a block as a user would type it. Replaces the default URL with the URL of this test's server. */
async function type(block: string, { cwd, input = "" }: { readonly cwd: string; readonly input?: string }) {
  const child = spawn("sh", ["-euc", block], {
    cwd,
    env: {
      PATH: `${join(home, ".local/bin")}:${dirname(process.execPath)}:${process.env.PATH}`,
      HOME: home,
      TEMBO_BASE_URL: world.url,
    },
    stdio: ["pipe", "pipe", "pipe"],
    timeout: 240_000,
  });
  child.stdin.end(input);
  let shown = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
    });
  const [code] = await once(child, "close");
  return { code: code as number | null, shown };
}

test("the commands in the README's quick start succeed as written, once the server is running", async () => {
  const { shell } = await quickStart();
  assert.equal(shell.length, 4, "the quick start has four blocks: start, install, work and merge");
  const [start = "", install = "", work = "", merge = ""] = shell;
  assert.match(start, /^npm start\b/m);
  const installed = await type(install, { cwd: root, input: `${API_KEY}\n` });
  assert.equal(installed.code, 0, installed.shown);
  // The command works in any folder, because the server and the key are stored.
  const elsewhere = join(home, "elsewhere");
  await mkdir(elsewhere);
  const worked = await type(work, { cwd: elsewhere });
  assert.equal(worked.code, 0, worked.shown);
  assert.match(worked.shown, /pull request opened my-project#1/);
  const merged = await type(merge, { cwd: elsewhere });
  assert.equal(merged.code, 0, merged.shown);
  const [pullRequest] = (await world.client.pullRequests.list()).items;
  assert.equal(pullRequest?.state, "merged");
  const control = await type("tembo session show none", { cwd: elsewhere });
  assert.notEqual(control.code, 0);
});

test("the SDK program in the README runs", async () => {
  const { sample } = await quickStart();
  const local = sample.replaceAll("http://127.0.0.1:3000", world.url).replace("My API Key", API_KEY);
  assert.notEqual(local, sample);
  await mkdir(join(home, "node_modules/@tembo-io"), { recursive: true });
  await symlink(join(root, "sdk"), join(home, "node_modules/@tembo-io/sdk"));
  await writeFile(join(home, "sample.mjs"), local);
  const { code, shown } = await type("node sample.mjs", { cwd: home });
  assert.equal(code, 0, shown);
  assert.match(shown, /turn\.completed/);
});
