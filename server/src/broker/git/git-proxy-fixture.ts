import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request as send } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import type { GitRemote, SpawnGit } from "../../core/forges/index.ts";
import type { GitBrokerPush } from "../../core/turns/index.ts";
import type { Outbound } from "../../outbound/outbound.ts";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { socketOfTest } from "../testing/socket-of-test.ts";
import { credential, listen, serveForge } from "./forge-fixture.ts";
import { createGitProxy } from "./git-proxy.ts";

const log = { info() {}, warn() {}, error() {} };
export const branch = "tembo/work";

/**
 * Creates a repository with the branches `main` and `other`, a forge that serves it over HTTP to clients with the credential, and a git proxy.
 * Clients use the proxy at `url`, which corresponds to the loopback address in a sandbox.
 */
export async function makeGitProxy(
  t: TestContext,
  options: {
    readonly createSpawnGit: (place: { readonly dataDir: string }) => SpawnGit;
    readonly isLocal?: boolean;
    /** Replaces the default client, which permits loopback addresses. */
    readonly outbound?: Outbound;
    readonly maxPackBytes?: number;
    readonly remote?: GitRemote;
    readonly isReadOnly?: boolean;
    /** Number of commits per branch in the mirror. By default, the mirror has all of them. */
    readonly mirrorDepth?: number;
  },
) {
  const root = mkdtempSync(join(tmpdir(), "tembo-git-proxy-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const bare = join(root, "forge/acme/app.git");
  await git(root, "init", "--quiet", "--bare", "--initial-branch=main", bare);
  await git(root, "clone", "--quiet", bare, join(root, "person"));
  const person = join(root, "person");
  await commit(person, "README.md", "# App\n");
  await git(person, "push", "--quiet", "origin", "HEAD:main", "HEAD:other");
  const mirrorPath = join(root, "mirror.git");
  const depth = options.mirrorDepth === undefined ? [] : [`--depth=${options.mirrorDepth}`];
  await git(
    root,
    "clone",
    "--quiet",
    "--mirror",
    "--no-single-branch",
    ...depth,
    `file://${bare}`,
    mirrorPath,
  );
  const forge = await serveForge(t, dirname(bare));
  const remote: GitRemote = options.isLocal
    ? { kind: "local", owner: "acme", name: "app" }
    : { kind: "https", url: `${forge.url}/app.git`, credential };
  const pushes: GitBrokerPush[] = [];
  const pushBranch = options.isReadOnly ? null : branch;
  const proxy = await createGitProxy({
    log,
    spawnGit: options.createSpawnGit({ dataDir: root }),
    outbound: options.outbound ?? testOutbound(),
  }).openGitBroker({
    ...socketOfTest(join(root, "git.sock")),
    repositories: [{ path: "/1", remote: async () => options.remote ?? remote, pushBranch, mirrorPath }],
    scratchPath: join(root, "scratch"),
    maxPackBytes: options.maxPackBytes ?? 100 * 1024 ** 2,
    onPushed: async (push) => void pushes.push(push),
  });
  t.after(() => proxy.close());
  const relay = await relayTo(t, join(root, "git.sock"));
  const url = `http://127.0.0.1:${relay.port}/1`;
  const work = join(root, "work");
  return { root, bare, person, mirrorPath, remote, proxy, forge, url, seen: relay.seen, work, pushes };
}

/** Runs git with a test author and without the machine's configuration. Returns the exit code and everything that git printed. */
export async function tryGit(cwd: string, ...args: string[]): Promise<{ code: number; text: string }> {
  const child = startGit(cwd, args);
  let text = "";
  child.stdout!.on("data", (chunk) => (text += chunk));
  child.stderr!.on("data", (chunk) => (text += chunk));
  const [code] = await once(child, "close");
  return { code, text };
}

export async function git(cwd: string, ...args: string[]): Promise<string> {
  const { code, text } = await tryGit(cwd, ...args);
  if (code !== 0) throw new Error(`git ${args.join(" ")}: ${text}`);
  return text.trimEnd();
}

export async function commit(cwd: string, name: string, content: string | Buffer): Promise<string> {
  writeFileSync(join(cwd, name), content);
  await git(cwd, "add", "--all");
  await git(cwd, "commit", "--quiet", "--allow-empty", "-m", `Write ${name}`);
  return git(cwd, "rev-parse", "HEAD");
}

export function startGit(cwd: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn("git", args, {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_TERMINAL_PROMPT: "0",
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.com",
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.com",
      LC_ALL: "C",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Sends a request without git. Returns the body as Latin-1 text. */
export async function ask(
  url: string,
  options: { method?: string; body?: Buffer | string; headers?: object } = {},
) {
  const sent = send(url, { method: options.method ?? "GET", headers: { ...options.headers } });
  sent.end(options.body);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk);
  return {
    status: answer.statusCode!,
    headers: answer.headers,
    text: Buffer.concat(chunks).toString("latin1"),
  };
}

/** Forwards a loopback port to the socket, and records every byte that clients receive. */
async function relayTo(t: TestContext, socketPath: string) {
  const chunks: Buffer[] = [];
  const server = createTcpServer((client) => {
    const inner = connect(socketPath);
    inner.on("data", (chunk) => chunks.push(chunk));
    for (const [one, other] of [
      [client, inner],
      [inner, client],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
      one.pipe(other);
    }
  });
  const port = Number(new URL(await listen(t, server)).port);
  return { port, seen: () => Buffer.concat(chunks).toString("latin1") };
}

/** Clones the repository through the proxy, and creates the session's branch in the clone. */
export async function cloneWork(proxy: { url: string; root: string; work: string }, ...options: string[]) {
  mkdirSync(proxy.root, { recursive: true });
  await git(proxy.root, "clone", "--quiet", ...options, proxy.url, proxy.work);
  await git(proxy.work, "checkout", "--quiet", "-b", branch);
}
