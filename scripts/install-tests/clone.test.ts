import assert from "node:assert/strict";
import { type ChildProcess, execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { after, before, type TestContext, test } from "node:test";
import Tembo from "@tembo-io/sdk";
import { type ScriptedModel, startScriptedModel } from "../../e2e/src/scripted-model/server.ts";
import { temporaryDataDir } from "../../e2e/src/support/programs/tembo-process.ts";
import { freePort } from "../../server/src/testing/free-port.ts";
import { createUserHome, type UserHome } from "./user-home.ts";
import { brokenFiles, scriptFix, verifyFix } from "./work-to-merge.ts";

const root = join(import.meta.dirname, "../..");
const goalSeconds = 180;
const inClone = "cd tembo";
/** Adds the folder of the link to the PATH, as the output of `npm run link:cli` requires. */
const newShell = 'PATH="$HOME/.local/bin:$PATH"';

let user: UserHome;
let model: ScriptedModel;
let dataDir: Awaited<ReturnType<typeof temporaryDataDir>>;
before(async () => {
  user = createUserHome();
  model = await startScriptedModel();
  dataDir = await temporaryDataDir();
});
after(async () => {
  await dataDir?.remove();
  await model?.close();
  user?.remove();
});

/** Returns the commands of each block in the README's section, without their comments. */
function readmeBlocks(readme: string): string[][] {
  const [, section = ""] = /^## Open your first pull request\n(.*?)^Next steps:/ms.exec(readme) ?? [];
  return [...section.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block = ""]) =>
    block
      .trimEnd()
      .split("\n")
      .map((line) => line.replace(/\s+#\s.*/, "")),
  );
}

test("the README's commands lead from a new clone to a merged pull request", {
  timeout: 600_000,
}, async (context) => {
  await cloneInto("tembo");
  assert.ok(!existsSync(join(user.project, "tembo/node_modules")), "the clone has no packages");
  await createProject();
  const [start, link, work, merge] = readmeBlocks(
    readFileSync(join(user.project, "tembo/README.md"), "utf8"),
  );
  assert.ok(start && link && work && merge, "README.md has four blocks of commands in the section");
  // Without these settings, the test would use port 3000, this machine's data folder and the provider's address.
  // The login needs the port before the server would choose one.
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const client = { TEMBO_BASE_URL: url };
  const server = { PORT: String(port), TEMBO_DATA_DIR: dataDir.path, ANTHROPIC_BASE_URL: model.url };
  const shell = (lines: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    user.run("sh", ["-euc", [newShell, ...lines].join("\n")], { ...client, ...env });
  await assert.rejects(shell(["tembo --version"]), /not found/, "control: the command is not installed yet");

  scriptFix(model);
  const watch = startWatch();
  // `exec` replaces the shell with npm, so that npm receives SIGTERM.
  const command = [inClone, ...start.slice(0, -1), `exec ${start.at(-1)}`].join("\n");
  const process = user.start(["sh", "-euc", command], server);
  const ended = once(process, "exit");
  try {
    const key = await readApiKey(process, watch);
    // Without a terminal, the login reads the key from its standard input.
    await shell([inClone, ...link.slice(0, -1), `printenv NEW_KEY | ${link.at(-1)}`], { NEW_KEY: key });
    watch.mark("link:cli and login");
    const output = await shell(work);
    watch.mark("repository and session");
    assert.match(output, /\bmy-project#1\b/, output);
    const { items } = await new Tembo({ apiKey: key, baseURL: url }).repositories.list();
    assert.equal(items.length, 1);
    await verifyFix(items[0]!.url, key, false);
    watch.skip();
    await shell(merge);
    watch.mark("merge");
    await verifyFix(items[0]!.url, key, true);
    watch.print(context);
  } finally {
    process.kill("SIGTERM");
    await ended;
  }
});

test("a production setup of a new clone has at most 350 MB of packages", {
  timeout: 600_000,
}, async (context) => {
  await cloneInto("production");
  const clone = join(user.project, "production");
  await user.run("npm", ["--prefix", clone, "run", "setup:production"]);
  const maxBytes = 350e6;
  const size = packagesSize(clone);
  context.diagnostic(`${Math.round(size / 1e6)} MB of packages`);
  assert.ok(size <= maxBytes, `${size} bytes`);
  assert.ok(existsSync(join(clone, "web/dist/index.html")), "it also builds the dashboard");
  const { version } = JSON.parse(readFileSync(join(clone, "package.json"), "utf8"));
  assert.equal(
    await user.run(join(clone, "node_modules/.bin/node"), [join(clone, "cli/src/main.ts"), "--version"]),
    `${version}\n`,
  );
  assert.ok(packagesSize(root) > maxBytes, "control: the packages of development exceed the limit");
});

/** Returns the size of a clone's packages on the disk. */
function packagesSize(clone: string): number {
  const folders = globSync("{node_modules,*/node_modules}", { cwd: clone });
  const options = ["--summarize", "--total", "--block-size=1"];
  const output = execFileSync("du", [...options, ...folders], { cwd: clone, encoding: "utf8" });
  return Number(/^(\d+)\ttotal$/m.exec(output)![1]);
}

async function cloneInto(folder: string): Promise<void> {
  // The repository of a CI container can belong to another user.
  for (const path of [root, join(root, ".git")])
    await user.run("git", ["config", "--global", "--add", "safe.directory", path]);
  await user.run("git", ["clone", "--quiet", root, folder]);
}

/** Creates the repository that the README calls ~/my-project. */
async function createProject(): Promise<void> {
  const folder = join(user.home, "my-project");
  mkdirSync(folder);
  for (const [name, text] of Object.entries(brokenFiles)) writeFileSync(join(folder, name), text);
  const git = (...args: string[]) => user.run("git", ["-C", folder, ...args]);
  await git("init", "--quiet", "--initial-branch", "main");
  await git("add", "--all");
  const author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
  await git(...author, "commit", "--quiet", "--message", "First");
}

/** Waits until the server is ready. Marks the phases of the setup. Returns the API key that the server printed. */
async function readApiKey(process: ChildProcess, watch: Watch): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const errors: string[] = [];
  let key = "";
  createInterface({ input: process.stderr! }).on("line", (line) => {
    errors.push(line);
    if (line.startsWith("Building the dashboard")) watch.mark("npm install");
  });
  createInterface({ input: process.stdout! }).on("line", (line) => {
    if (line.startsWith("api-key ")) key = line.slice("api-key ".length);
    if (!line.startsWith("ready ")) return;
    watch.mark("build of the dashboard and start of the server");
    resolve(key);
  });
  process.once("exit", (code) =>
    reject(new Error(`npm start exited with ${code} before the server was ready:\n${errors.join("\n")}`)),
  );
  return promise;
}

type Watch = ReturnType<typeof startWatch>;

/** Measures the phases that end with a mark. */
function startWatch() {
  const phases: { what: string; seconds: number }[] = [];
  let last = performance.now();
  return {
    mark(what: string) {
      const now = performance.now();
      phases.push({ what, seconds: (now - last) / 1_000 });
      last = now;
    },
    /** Does not count the time since the last mark. */
    skip() {
      last = performance.now();
    },
    print(context: TestContext) {
      for (const { what, seconds } of phases) context.diagnostic(`${what}: ${seconds.toFixed(1)} s`);
      const total = (counted: typeof phases) => counted.reduce((sum, { seconds }) => sum + seconds, 0);
      const others = total(phases.filter(({ what }) => what !== "npm install"));
      context.diagnostic(
        `README to the merged pull request: ${others.toFixed(1)} s without npm install, ${total(phases).toFixed(1)} s with it; the goal is ${goalSeconds} s without downloads`,
      );
    },
  };
}
