import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { foldersOf } from "../folders.ts";
import { configureHostGit, programStarts, startProgram, stopHostGit } from "../host-git.ts";
import { ObjectReader, readerArguments } from "./object-reader.ts";
import { findObject, type ObjectRepository, readObject } from "./read-object.ts";

// Host git runs as root, so that it may read the repositories of the tests.
await configureHostGit({ user: null });

const signal = new AbortController().signal;
const ownEnv = { PATH: process.env.PATH, HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" };

function makeRoot(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), "tembo-objects-"));
  t.after(async () => {
    await stopHostGit();
    rmSync(root, { recursive: true, force: true });
  });
  return root;
}

function makeRepository(gitDir: string) {
  const git = (args: readonly string[], input = "") =>
    execFileSync("git", [`--git-dir=${gitDir}`, ...args], { input, env: ownEnv, encoding: "utf8" }).trimEnd();
  git(["init", "--quiet", "--bare"]);
  const repository: ObjectRepository = { gitDir, env: environmentOf(gitDir) };
  return { git, repository, blob: (text: string) => git(["hash-object", "-w", "--stdin"], text) };
}

const environmentOf = (gitDir: string) => ({
  PATH: "/usr/bin:/bin",
  HOME: "/nonexistent",
  GIT_DIR: gitDir,
  GIT_CONFIG_COUNT: "1",
  GIT_CONFIG_KEY_0: "safe.directory",
  GIT_CONFIG_VALUE_0: "*",
});

/** Counts the programs that host git starts during a test. */
function countStarts(t: TestContext): () => number {
  let count = 0;
  const add = () => void count++;
  programStarts.subscribe(add);
  t.after(() => programStarts.unsubscribe(add));
  return () => count;
}

const textOf = async (repository: ObjectRepository, name: string) => {
  const found = await readObject(repository, { name, type: "blob", maxBytes: 10_000_000 }, signal);
  return found instanceof Buffer ? found.toString("utf8") : found;
};

test("answers concurrent requests about a repository through one process", async (t) => {
  const { repository, blob, git } = makeRepository(join(makeRoot(t), "app.git"));
  const starts = countStarts(t);
  const texts = ["", "one\n", "no line break", "a\0b\nc missing\n", "x".repeat(3_000_000)];
  const ids = texts.map(blob);
  assert.deepEqual(await Promise.all(ids.map((id) => textOf(repository, id))), texts);
  const tree = git(["mktree"], `100644 blob ${ids[1]}\tfile\n`);
  assert.deepEqual(await findObject(repository, tree, signal), { id: tree, type: "tree", sizeBytes: 32 });
  assert.equal(await textOf(repository, `${tree}:file`), "one\n");
  assert.equal(starts(), 1);
});

test("returns null for an object that does not exist or has another type, and reads nothing too large", async (t) => {
  const root = makeRoot(t);
  const { repository, blob } = makeRepository(join(root, "app.git"));
  const id = blob("12345");
  for (const name of ["0".repeat(40), "refs/heads/none", `${id}:path`, "", "a b", "x".repeat(5000)])
    assert.equal(await findObject(repository, name, signal), null, name);
  const read = (type: string, maxBytes: number) =>
    readObject(repository, { name: id, type, maxBytes }, signal);
  assert.equal(await read("tree", 10), null);
  assert.equal(await read("blob", 4), "tooLarge");
  assert.deepEqual(await read("blob", 5), Buffer.from("12345"));
  const gitDir = join(root, "none.git");
  const none = { gitDir, env: environmentOf(gitDir) };
  assert.equal(await findObject(none, id, signal), null);
  mkdirSync(gitDir);
  assert.equal(await findObject(none, id, signal), null);
});

test("does not pass a second request that a name contains to git", async (t) => {
  const { repository, blob } = makeRepository(join(makeRoot(t), "app.git"));
  const [one, two] = [blob("one"), blob("two")];
  assert.equal(await findObject(repository, `${one}\ninfo ${two}`, signal), null);
  assert.equal(await textOf(repository, one), "one");
  // Control: git would answer twice. The second answer belongs to the next request, or to none if it arrives first.
  const reader = startReader(repository);
  t.after(() => reader.end());
  await reader.ask(`${one}\ncontents ${two}`, false);
  const next = await reader.ask(one, true).catch((cause: Error) => cause.message);
  if (typeof next === "string") assert.match(next, /answered without a request/);
  else assert.equal(next?.info.id, two);
});

test("does not answer for a name without its last carriage return", async (t) => {
  const { repository, blob, git } = makeRepository(join(makeRoot(t), "app.git"));
  const entries = [`100644 blob ${blob("one")}\tfile`, `100644 blob ${blob("two")}\tfile\r`];
  const tree = git(["mktree", "-z"], entries.map((entry) => `${entry}\0`).join(""));
  assert.equal(await textOf(repository, `${tree}:file\r`), null);
  assert.equal(await textOf(repository, `${tree}:file`), "one", "control");
});

test("finds objects that arrive after the process has started", async (t) => {
  const { repository, blob, git } = makeRepository(join(makeRoot(t), "app.git"));
  const starts = countStarts(t);
  const first = blob("first");
  assert.equal(await textOf(repository, first), "first");
  const late = execFileSync("git", ["hash-object", "--stdin"], { input: "late", encoding: "utf8" }).trim();
  assert.equal(await textOf(repository, late), null);
  assert.equal(blob("late"), late);
  assert.equal(await textOf(repository, late), "late");
  git(["update-ref", "refs/tags/last", blob("packed")]);
  git(["repack", "-a", "-d", "--quiet"]);
  git(["prune-packed"]);
  assert.equal(await textOf(repository, "refs/tags/last"), "packed");
  assert.equal(starts(), 1);
});

test("does not answer from a repository that was at the path before", async (t) => {
  const root = makeRoot(t);
  const path = join(root, "app.git");
  const old = makeRepository(path);
  const id = old.blob("of another organization");
  assert.equal(await textOf(old.repository, id), "of another organization");
  const reader = startReader(old.repository);
  t.after(() => reader.end());
  assert.equal((await reader.ask(id, false))?.info.id, id);
  renameSync(path, join(root, "renamed.git"));
  const { repository } = makeRepository(path);
  assert.equal(await textOf(repository, id), null);
  // Control: the process that was started before still answers if host git is confined.
  if (process.getuid?.() === 0) assert.equal((await reader.ask(id, false))?.info.id, id);
});

test("does not answer from a borrowed repository that was replaced", async (t) => {
  const root = makeRoot(t);
  const lender = join(root, "lender.git");
  const old = makeRepository(lender);
  const id = old.blob("borrowed");
  const { repository } = makeRepository(join(root, "app.git"));
  writeFileSync(join(root, "app.git/objects/info/alternates"), "../../lender.git/objects\n");
  assert.equal(await textOf(repository, id), "borrowed");
  renameSync(lender, join(root, "renamed.git"));
  assert.equal(await textOf(repository, id), null);
  makeRepository(lender);
  assert.equal(await textOf(repository, id), null);
});

test("limits the number of processes, and answers for every repository", async (t) => {
  const root = makeRoot(t);
  const repositories = Array.from({ length: 24 }, (_, index) => makeRepository(join(root, `${index}.git`)));
  const ids = repositories.map(({ blob }, index) => blob(`blob ${index}`));
  for (let round = 0; round < 2; round++) {
    const texts = await Promise.all(
      repositories.map(({ repository }, index) => textOf(repository, ids[index]!)),
    );
    assert.deepEqual(
      texts,
      ids.map((_, index) => `blob ${index}`),
    );
    assert.ok(readersBelow(root).length <= 16);
  }
});

test("ends one idle process for each of several repositories that need a process at the same time", async (t) => {
  const root = makeRoot(t);
  const wanted = Array.from({ length: 19 }, (_, index) => {
    const { repository, blob } = makeRepository(join(root, `${index}.git`));
    return { repository, id: blob(`blob ${index}`) };
  });
  const read = ({ repository, id }: (typeof wanted)[number]) => textOf(repository, id);
  for (const one of wanted.slice(0, 16)) await read(one);
  const late = wanted.slice(16);
  await Promise.all(late.map(read));
  const starts = countStarts(t);
  for (const one of late) await read(one);
  assert.equal(starts(), 0);
});

test("starts another process after the last one was killed, and fails the requests in between", async (t) => {
  const root = makeRoot(t);
  const { repository, blob } = makeRepository(join(root, "app.git"));
  const id = blob("text");
  assert.equal(await textOf(repository, id), "text");
  const program = startProgram({
    ...{ argv: ["sleep", "600"], env: repository.env, folders: foldersOf(repository.env, {}) },
    ...{ hasStdin: true, as: null, needsNetwork: false, lockFile: null },
    ...{ maxMemoryBytes: 1024 ** 3, maxFileBytes: 0 },
  });
  const options = { answerTimeoutMs: 60_000, onIdle: () => {}, onEnd: () => {} };
  const silent = new ObjectReader(program, options);
  const asked = silent.ask(id, false);
  silent.end();
  await assert.rejects(asked, /git cat-file failed/);
  await assert.rejects(silent.ask(id, false), /git cat-file failed/);
  await stopHostGit();
  assert.equal(await textOf(repository, id), "text");
});

test("stops waiting for an answer when the signal aborts, and answers later requests correctly", async (t) => {
  const { repository, blob } = makeRepository(join(makeRoot(t), "app.git"));
  const [large, small] = [blob("x".repeat(5_000_000)), blob("small")];
  const stop = new AbortController();
  const asked = readObject(repository, { name: large, type: "blob", maxBytes: 10_000_000 }, stop.signal);
  stop.abort(new Error("stopped"));
  await assert.rejects(asked, /stopped/);
  assert.equal(await textOf(repository, small), "small");
});

test("ends a process that does not answer in time", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const ended = Promise.withResolvers<void>();
  const program = startProgram({
    ...{
      argv: ["sleep", "600"],
      env: { PATH: "/usr/bin:/bin" },
      folders: { read: [], write: [], owned: [] },
    },
    ...{ hasStdin: true, as: null, needsNetwork: false, lockFile: null },
    ...{ maxMemoryBytes: 1024 ** 3, maxFileBytes: 0 },
  });
  t.after(() => stopHostGit());
  const options = { answerTimeoutMs: 5_000, onIdle: () => {}, onEnd: ended.resolve };
  const asked = new ObjectReader(program, options).ask("0".repeat(40), false);
  t.mock.timers.tick(5_000);
  await assert.rejects(asked, /took longer than 5 s/);
  await ended.promise;
});

test("ends a process that has been idle for ten seconds", async (t) => {
  const { repository, blob } = makeRepository(join(makeRoot(t), "app.git"));
  const id = blob("text");
  const starts = countStarts(t);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  await textOf(repository, id);
  t.mock.timers.tick(9_999);
  await textOf(repository, id);
  assert.equal(starts(), 1);
  t.mock.timers.tick(10_000);
  await textOf(repository, id);
  assert.equal(starts(), 2);
});

test("does not keep this process alive while no request is waiting", async (t) => {
  const { repository, blob } = makeRepository(join(makeRoot(t), "app.git"));
  const id = blob("text");
  // If the idle process kept the event loop alive, it would have ended before the loop was empty, and another one would start.
  const script = `
    import { writeSync } from "node:fs";
    import { programStarts } from ${JSON.stringify(import.meta.resolve("../host-git.ts"))};
    import { findObject } from ${JSON.stringify(import.meta.resolve("./read-object.ts"))};
    let starts = 0;
    programStarts.subscribe(() => void starts++);
    const ask = () =>
      findObject(${JSON.stringify(repository)}, ${JSON.stringify(id)}, new AbortController().signal);
    process.once("beforeExit", async () => {
      writeSync(1, JSON.stringify({ type: (await ask()).type, starts }));
      process.exit();
    });
    await ask();
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
  assert.deepEqual(JSON.parse(stdout), { type: "blob", starts: 1 });
});

function startReader(repository: ObjectRepository): ObjectReader {
  const program = startProgram({
    ...{ argv: readerArguments, env: repository.env, folders: foldersOf(repository.env, {}) },
    ...{ hasStdin: true, as: null, needsNetwork: false, lockFile: null },
    ...{ maxMemoryBytes: 1024 ** 3, maxFileBytes: 0 },
  });
  return new ObjectReader(program, { answerTimeoutMs: 60_000, onIdle: () => {}, onEnd: () => {} });
}

/** Returns the processes of git that read a repository below the folder. */
function readersBelow(root: string): readonly string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--batch-command"))
        return false;
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`GIT_DIR=${root}/`);
    } catch {
      return false;
    }
  });
}
