import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { exitCodes } from "../../exit-codes.ts";
import { answerWith, startFakeApi } from "../../testing/fake-api.ts";
import { startGitServer } from "../../testing/git-server.ts";
import { runCommand } from "../../testing/run-command.ts";
import { withCredential } from "./git.ts";

const key = "tmb_very_secret";
const basic = `Basic ${Buffer.from(`tembo:${key}`).toString("base64")}`;
const identity = ["-c", "user.name=T", "-c", "user.email=t@example.com"];
const git = (...args: string[]) =>
  execFileSync("git", [...identity, ...args], { encoding: "utf8", stdio: "pipe" });

/**
 * Creates a repository with the branches main and dev, and checks out dev. Also creates an empty bare repository as the
 * push target.
 */
function makeFolder(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "tembo-repo-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "my web");
  git("init", "-q", "-b", "main", path);
  git("-C", path, "commit", "-q", "--allow-empty", "-m", "one");
  git("-C", path, "switch", "-q", "-c", "dev");
  const bare = join(folder, "bare.git");
  git("init", "-q", "--bare", bare);
  return { folder, path, bare };
}

/**
 * Creates a `git` that records its arguments. Returns a PATH that starts with its folder, and the path of the log file.
 */
function spyOnGit(folder: string): { PATH: string; log: string } {
  const bin = join(folder, "bin");
  const log = join(folder, "git.log");
  mkdirSync(bin);
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  writeFileSync(join(bin, "git"), `#!/bin/sh\necho "$@" >> '${log}'\nexec '${real}' "$@"\n`);
  chmodSync(join(bin, "git"), 0o755);
  return { PATH: `${bin}:${process.env.PATH}`, log };
}

const repository = (url: string) => ({ id: "r1", owner: "local", name: "my-web", url, baseBranch: "dev" });

test("repo add pushes every branch and tag, and exposes the key in no command line and no file", async (context) => {
  const { folder, path, bare } = makeFolder(context);
  git("-C", path, "tag", "v1");
  writeFileSync(join(path, ".git", "hooks", "pre-push"), "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  const { PATH, log } = spyOnGit(folder);
  const trace = join(folder, "trace.log");
  await using server = await startGitServer(bare);
  const url = `${server.url}/git/local/my-web.git`;
  await using api = await startFakeApi({ "POST /v1/repositories": repository(url) });
  const ran = await runCommand(["repo", "add", path, "--description", "The web"], {
    env: {
      PATH,
      TEMBO_API_KEY: key,
      TEMBO_BASE_URL: api.url,
      GIT_DIR: bare,
      GIT_TRACE_CURL: trace,
      GIT_TRACE_REDACT: "0",
    },
  });
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(ran.stdout, `${url}\n`);
  assert.deepEqual(api.asked[0]!.body, {
    owner: "local",
    name: "my-web",
    baseBranch: "dev",
    description: "The web",
  });
  assert.deepEqual(git("-C", bare, "for-each-ref", "--format=%(refname)").trim().split("\n"), [
    "refs/heads/dev",
    "refs/heads/main",
    "refs/tags/v1",
  ]);
  assert.match(
    ran.stderr,
    /The repository is named "my-web", because "my web" is not a valid repository name\. Use --name/,
  );
  assert.equal(existsSync(trace), false);
  assert.ok(server.authorizations.length >= 2);
  assert.deepEqual([...new Set(server.authorizations)], [basic]);
  assert.match(readFileSync(log, "utf8"), / push .*http/);
  for (const text of [
    readFileSync(log, "utf8"),
    readFileSync(join(path, ".git", "config"), "utf8"),
    ran.stderr,
  ]) {
    assert.ok(!text.includes(key) && !text.includes(basic.slice(6)));
  }
});

test("repo add continues with a repository that already exists", async (context) => {
  const { path, bare } = makeFolder(context);
  await using server = await startGitServer(bare);
  await using api = await startFakeApi({
    "POST /v1/repositories": (_, response) =>
      answerWith(response.setHeader("x-should-retry", "false"), 409, { error: "It exists." }),
    "GET /v1/repositories": { items: [repository(`${server.url}/x.git`)], nextCursor: null },
  });
  const env = { TEMBO_API_KEY: key, TEMBO_BASE_URL: api.url };
  const ran = await runCommand(["repo", "add", path, "--json"], { env });
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(JSON.parse(ran.stdout).id, "r1");
  assert.match(git("-C", bare, "for-each-ref"), /refs\/heads\/dev/);
  const other = await runCommand(["repo", "add", path, "--name", "other"], { env });
  assert.equal(other.status, exitCodes.conflict.code);
  assert.match(other.stderr, /It exists\./);
});

test("repo add rejects a shallow clone before it creates anything, and prints the command that fetches its history", async (context) => {
  const { folder, path, bare } = makeFolder(context);
  git("-C", path, "commit", "-q", "--allow-empty", "-m", "two");
  const clone = join(folder, "shallow");
  git("clone", "-q", "--depth", "1", `file://${path}`, clone);
  await using server = await startGitServer(bare);
  await using api = await startFakeApi({ "POST /v1/repositories": repository(`${server.url}/x.git`) });
  const env = { TEMBO_API_KEY: key, TEMBO_BASE_URL: api.url };
  const ran = await runCommand(["repo", "add", clone], { env });
  assert.deepEqual([ran.status, api.asked.length], [1, 0]);
  const [, command] = /\nNext: run "(git .* fetch --unshallow)", then run "tembo repo add" again/.exec(
    ran.stderr,
  )!;
  execFileSync("sh", ["-c", command!], { stdio: "pipe" });
  const again = await runCommand(["repo", "add", clone], { env });
  assert.equal(again.status, 0, again.stderr);
});

test("repo add prints the commands to merge commits that exist only on the server", async (context) => {
  const { folder, path, bare } = makeFolder(context);
  await using server = await startGitServer(bare);
  await using api = await startFakeApi({ "POST /v1/repositories": repository(`${server.url}/x.git`) });
  const env = { TEMBO_API_KEY: key, TEMBO_BASE_URL: api.url };
  assert.equal((await runCommand(["repo", "add", path], { env })).status, 0);
  const other = join(folder, "other");
  git("clone", "-q", bare, other, "-b", "main");
  git("-C", other, "commit", "-q", "--allow-empty", "-m", "merged on the server");
  git("-C", other, "push", "-q", "origin", "main", "main:dev");
  git("-C", path, "commit", "-q", "--allow-empty", "-m", "made here");
  const ran = await runCommand(["repo", "add", path], { env });
  assert.equal(ran.status, 1);
  assert.match(ran.stderr, /because (dev, main|main, dev) have commits on the server that/);
  const [, commands] = /\nNext: run "(git .*)", then run "tembo repo add" again/.exec(ran.stderr)!;
  // The fake server cannot serve fetches, so the commands read the repository directly.
  const local = commands!.replaceAll(`${server.url}/x.git`, bare);
  assert.notEqual(local, commands);
  const committer = { GIT_COMMITTER_NAME: "T", GIT_COMMITTER_EMAIL: "t@example.com" };
  execFileSync("sh", ["-ec", local], {
    stdio: "pipe",
    env: {
      ...process.env,
      ...committer,
      GIT_AUTHOR_NAME: "T",
      GIT_AUTHOR_EMAIL: "t@example.com",
      GIT_EDITOR: "true",
    },
  });
  assert.equal(git("-C", path, "branch", "--show-current").trim(), "dev");
  const again = await runCommand(["repo", "add", path], { env });
  assert.equal(again.status, 0, again.stderr);
});

test("repo add exits with 1 and git's reason, but without the key, when a push is rejected", async (context) => {
  const { path } = makeFolder(context);
  await using server = await startGitServer(null);
  await using api = await startFakeApi({ "POST /v1/repositories": repository(`${server.url}/x.git`) });
  const ran = await runCommand(["repo", "add", path], {
    env: { TEMBO_API_KEY: key, TEMBO_BASE_URL: api.url },
  });
  assert.equal(ran.status, 1);
  assert.match(ran.stderr, /git could not push to http.*403[\s\S]*Next: .*repo add/);
  assert.ok(!ran.stderr.includes(key) && !ran.stderr.includes(basic.slice(6)));
});

test("repo add creates an empty repository and pushes nothing", async (context) => {
  const { folder } = makeFolder(context);
  git("init", "-q", "-b", "trunk", join(folder, "empty"));
  await using api = await startFakeApi({ "POST /v1/repositories": repository("http://127.0.0.1:1/x.git") });
  const env = { TEMBO_API_KEY: key, TEMBO_BASE_URL: api.url };
  const ran = await runCommand(["repo", "add", join(folder, "empty"), "--owner", "acme"], { env });
  assert.equal(ran.status, 0, ran.stderr);
  assert.deepEqual(api.asked[0]!.body, { owner: "acme", name: "empty", baseBranch: "trunk" });
});

test("repo add rejects a plain folder, a detached HEAD and a non-HTTP URL before it pushes", async (context) => {
  const { folder, path } = makeFolder(context);
  await using api = await startFakeApi({ "POST /v1/repositories": repository("ext::sh -c 'touch owned'") });
  const env = { TEMBO_API_KEY: key, TEMBO_BASE_URL: api.url };
  const none = await runCommand(["repo", "add", folder], { env });
  assert.deepEqual([none.status, api.asked.length], [1, 0]);
  assert.match(
    none.stderr,
    /^tembo: .* is not a readable git repository: .*not a git repository.*\nNext: run "tembo repo add PATH"/,
  );
  const evil = await runCommand(["repo", "add", path], { env });
  assert.equal(evil.status, 1);
  assert.match(evil.stderr, /not an HTTP or HTTPS URL/);
  git("-C", path, "switch", "-q", "--detach");
  const detached = await runCommand(["repo", "add", path], { env });
  assert.equal(detached.status, 1);
  assert.match(detached.stderr, /No branch is checked out[\s\S]*Next: git -C .* switch/);
});

test("adds the credential after the user's own git configuration, and only for one URL", () => {
  const env = withCredential(
    { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "a.b", GIT_CONFIG_VALUE_0: "c" },
    "http://x/y.git",
    key,
  );
  assert.equal(env.GIT_CONFIG_COUNT, "5");
  assert.equal(env.GIT_CONFIG_KEY_0, "a.b");
  const read = (url: string) =>
    execFileSync("git", ["config", "--get-urlmatch", "http.extraHeader", url], {
      env: { ...process.env, ...env },
      encoding: "utf8",
    }).trim();
  assert.equal(read("http://x/y.git"), `Authorization: ${basic}`);
  assert.throws(() => read("http://other/y.git"));
});
