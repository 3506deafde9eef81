import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { AppError, type Logger } from "../core/base/index.ts";
import type { GitSite } from "../core/forges/index.ts";
import { configureHostGit } from "../host-git/host-git.ts";
import { testOutbound } from "../outbound/testing/test-outbound.ts";
import { createGit } from "./git.ts";

export const isRoot = process.getuid?.() === 0;
/** User of host git, which differs from the server's user, as in production. It owns the repositories of the built-in forge. */
export const hostUser = { uid: 4343, gid: 4343 };
await configureHostGit({ user: hostUser });
/** The sandbox's user in tests. It differs from the server's user if the tests run as root. */
const uid = isRoot ? 4242 : process.getuid!();
const gid = isRoot ? 4242 : process.getgid!();

/** Committer of the commits that `harness` creates. */
export const committer = { name: "Harness", email: "harness@example.com" };
export const author = { name: "Ada Example", email: "ada@example.com" };
/** Option that permits a fetch between folders of different users. */
export const anyOwner = "--upload-pack=git -c safe.directory=* upload-pack";
export const signal = new AbortController().signal;

/** Creates a remote with one commit on `main`, or without commits if `isEmpty` is true. Also creates host git and a site. */
export function makeWorld(
  t: TestContext,
  options: { readonly isEmpty?: boolean; readonly pushPatienceMs?: number } = {},
) {
  const root = mkdtempSync(join(tmpdir(), "tembo-git-"));
  chmodSync(root, 0o755);
  if (isRoot) chownSync(root, hostUser.uid, hostUser.gid);
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const remotePath = join(root, "forge/acme/app.git");
  mkdirSync(dirname(remotePath), { recursive: true });
  if (isRoot) chownSync(dirname(remotePath), hostUser.uid, hostUser.gid);
  plainGit(root, "init", "--quiet", "--bare", "--initial-branch=main", remotePath);
  const person = join(root, "person");
  plainGit(root, "clone", "--quiet", remotePath, person);
  plainGit(person, "checkout", "--quiet", "-B", "main");
  if (!options.isEmpty) {
    writeFileSync(join(person, "README.md"), "# App\n");
    writeFileSync(join(person, ".gitignore"), "ignored/\n");
    commitAll(person, "Start");
    plainGit(person, "push", "--quiet", "origin", "main");
  }
  const session = join(root, "sessions/one");
  const site: GitSite = {
    mirrorPath: join(root, "mirrors/app.git"),
    checkoutPath: join(session, "workspace/app"),
    capturePath: join(session, "capture/app.git"),
    uid,
    gid,
  };
  mkdirSync(dirname(site.checkoutPath), { recursive: true });
  if (isRoot) chownSync(dirname(site.checkoutPath), uid, gid);
  const warnings: string[] = [];
  const log: Logger = {
    info() {},
    error() {},
    warn: (fields, message) => warnings.push(`${message} ${JSON.stringify(fields)}`),
  };
  const { pushPatienceMs } = options;
  const git = createGit({
    log,
    dataDir: root,
    fetch: testOutbound().fetch,
    ...(pushPatienceMs !== undefined && { pushPatienceMs }),
  });
  const remote = { kind: "local", owner: "acme", name: "app" } as const;
  return {
    root,
    remote,
    remotePath,
    person,
    site,
    git,
    warnings,
    fetch: () => git.fetchMirror({ mirrorPath: site.mirrorPath, remote }, signal),
    checkOut: (branch = "tembo/work", baseBranch = "main") =>
      git.createCheckout(
        { site, publicUrl: "https://tembo.example/git/acme/app.git", branch, baseBranch },
        signal,
      ),
    environmentPath: join(session, "environment/app"),
    /** Makes the checkout's folder that of an environment. */
    makeEnvironment: () => {
      const to = join(session, "environment/app");
      rmSync(to, { recursive: true, force: true });
      mkdirSync(to, { recursive: true });
      renameSync(site.checkoutPath, join(to, "checkout"));
    },
    /** Creates a checkout from the environment's folder. */
    checkOutEnvironment: (branch = "tembo/other", within = signal) =>
      git.createCheckout(
        {
          ...{ site, publicUrl: "https://tembo.example/git/acme/app.git", branch, baseBranch: "main" },
          environment: { path: join(session, "environment/app"), key: "turn" },
        },
        within,
      ),
    /** Makes the checkout's folder that of an environment, without a capture repository, and creates a checkout from it. */
    adopt(branch = "tembo/other") {
      this.makeEnvironment();
      rmSync(site.capturePath, { recursive: true });
      return this.checkOutEnvironment(branch);
    },
    capture: (message = "Work", branch = "tembo/work", signingKey: string | null = null) =>
      git.capture({ site, branch, message, author, committer, signingKey }, signal),
    push: (sha: string, branch = "tembo/work") =>
      git.push({ site, remote, branch, rescueBranch: `${branch}-rescue`, sha, author }, signal),
    /** Runs the harness's own git in the checkout as the sandbox's user. */
    harness: (...args: string[]) => plainGitAs({ uid, gid }, site.checkoutPath, ...args),
    /** Writes a file in the workspace as the sandbox's user. */
    write: (name: string, text: string) => writeAs(site, join(site.checkoutPath, name), text),
    /** Runs git in one of the server's own repositories, so that a test can inspect it. */
    at: (gitDir: string, ...args: string[]) => plainGit(root, `--git-dir=${gitDir}`, ...args),
  };
}

export type World = ReturnType<typeof makeWorld>;

/** Calls `makeWorld` and checks out the session's branch. */
export async function makeWorldWithCheckout(
  t: TestContext,
  options: { readonly isEmpty?: boolean } = {},
): Promise<World> {
  const world = makeWorld(t, options);
  await world.fetch();
  await world.checkOut();
  return world;
}

/** Returns a function for `assert.rejects` that checks an error's code and message. */
export const failsWith = (code: string, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AppError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, words);
  return true;
};

export function commitAll(directory: string, message: string): string {
  plainGit(directory, "add", "--all");
  plainGit(directory, "commit", "--quiet", "--allow-empty", "-m", message);
  return plainGit(directory, "rev-parse", "HEAD");
}

export function plainGit(cwd: string, ...args: string[]): string {
  return plainGitAs(hostUser, cwd, ...args);
}

/** Runs git as the server's user, because programs that git starts, such as ssh-keygen, require a user with a name. */
export function gitAsServer(cwd: string, ...args: string[]): string {
  return plainGitAs({}, cwd, ...args);
}

/** Runs git as a user, with the repository's own configuration, hooks and filters. */
function plainGitAs(user: { uid?: number; gid?: number }, cwd: string, ...args: string[]): string {
  return execFileSync("git", args, {
    cwd,
    ...(isRoot ? user : {}),
    env: {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_COUNT: "2",
      GIT_CONFIG_KEY_0: "safe.directory",
      GIT_CONFIG_VALUE_0: "*",
      GIT_CONFIG_KEY_1: "protocol.file.allow",
      GIT_CONFIG_VALUE_1: "always",
      GIT_AUTHOR_NAME: "Harness",
      GIT_AUTHOR_EMAIL: "harness@example.com",
      GIT_COMMITTER_NAME: "Harness",
      GIT_COMMITTER_EMAIL: "harness@example.com",
      GIT_ALLOW_PROTOCOL: "file:http",
    },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  }).trimEnd();
}

function writeAs(site: GitSite, path: string, text: string): void {
  const steps: string[] = [];
  for (let directory = dirname(path); !exists(directory); directory = dirname(directory))
    steps.unshift(directory);
  for (const directory of steps) {
    mkdirSync(directory);
    if (isRoot) chownSync(directory, site.uid, site.gid);
  }
  writeFileSync(path, text);
  if (isRoot) chownSync(path, site.uid, site.gid);
}

export function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Runs a shell command as the sandbox's user in the checkout. */
export function shell(site: GitSite, script: string): void {
  const done = spawnSync("sh", ["-ec", script], {
    cwd: site.checkoutPath,
    encoding: "utf8",
    ...(isRoot ? { uid: site.uid, gid: site.gid } : {}),
  });
  if (done.status !== 0) throw new Error(`${script}: ${done.stderr}`);
}

export const read = (path: string) => readFileSync(path, "utf8");
