import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { credential, serveForge } from "../../broker/git/forge-fixture.ts";
import { AppError } from "../../core/base/index.ts";
import { author, commitAll, makeWorld, plainGit, signal, type World } from "../git-fixture.ts";

/** Creates a session with one captured change to README.md. */
async function worked(t: TestContext, options: { readonly pushPatienceMs?: number } = {}) {
  const world = makeWorld(t, options);
  await world.fetch();
  await world.checkOut();
  world.write("README.md", "# App\nours\n");
  const { headSha } = await world.capture("Ours");
  return { ...world, sha: headSha! };
}

/** Commits to the session's branch on the remote, as another user. */
function moveBranch(world: World, file: string, text: string): string {
  plainGit(world.person, "fetch", "--quiet", "origin");
  const branches = plainGit(world.person, "branch", "--remotes");
  plainGit(
    world.person,
    "checkout",
    "--quiet",
    "-B",
    "moved",
    branches.includes("origin/tembo/work") ? "origin/tembo/work" : "origin/main",
  );
  writeFileSync(join(world.person, file), text);
  const sha = commitAll(world.person, "Theirs");
  plainGit(world.person, "push", "--quiet", "origin", "HEAD:tembo/work");
  return sha;
}

const tip = (world: World, branch = "tembo/work") => world.at(world.remotePath, "rev-parse", branch);
const onBranch = (world: World, branch: string, file: string) =>
  world.at(world.remotePath, "show", `${branch}:${file}`);

/** Returns a function that pushes to the same repository over HTTP, so that the repository's hooks run. */
async function pushOver(t: TestContext, { site, sha, git, remotePath }: Awaited<ReturnType<typeof worked>>) {
  const forge = await serveForge(t, dirname(remotePath));
  const remote = { kind: "https", url: `${forge.url}/app.git`, credential } as const;
  return () => git.push({ site, remote, branch: "tembo/work", rescueBranch: "r", sha, author }, signal);
}

test("creates the branch, and pushing the same commit again succeeds", async (t) => {
  const world = await worked(t);
  assert.deepEqual(await world.push(world.sha), { outcome: "pushed", sha: world.sha });
  assert.deepEqual(await world.push(world.sha), { outcome: "pushed", sha: world.sha });
  assert.equal(tip(world), world.sha);
});

test("merges with a moved branch if there are no conflicts, without changing the workspace", async (t) => {
  const world = await worked(t);
  const otherSha = moveBranch(world, "theirs.txt", "theirs\n");
  const pushed = await world.push(world.sha);
  assert.equal(pushed.outcome, "merged");
  assert.equal(tip(world), pushed.sha);
  assert.equal(
    world.at(world.remotePath, "log", "-1", "--format=%P %an", pushed.sha),
    `${world.sha} ${otherSha} ${author.name}`,
  );
  assert.equal(onBranch(world, "tembo/work", "theirs.txt"), "theirs");
  assert.equal(onBranch(world, "tembo/work", "README.md"), "# App\nours");
  assert.equal(world.harness("rev-parse", "HEAD"), world.sha);
  assert.deepEqual(
    await world.push(world.sha),
    pushed,
    "repeating the push after a crash returns the same result",
  );
});

test("reports a branch that the remote hides during a push as protected", async (t) => {
  const world = await worked(t);
  moveBranch(world, "theirs.txt", "theirs\n");
  world.at(world.remotePath, "config", "receive.hideRefs", "refs/heads/tembo/work");
  await assert.rejects(world.push(world.sha), { code: "push_rejected", message: /The branch is protected/ });
  world.at(world.remotePath, "config", "--unset", "receive.hideRefs");
  assert.equal((await world.push(world.sha)).outcome, "merged");
});

test("merges again in the turn that follows a merge", async (t) => {
  const world = await worked(t);
  moveBranch(world, "theirs.txt", "theirs\n");
  await world.push(world.sha);
  world.write("second.txt", "2\n");
  const { headSha } = await world.capture();
  assert.equal((await world.push(headSha!)).outcome, "merged");
  assert.equal(onBranch(world, "tembo/work", "second.txt"), "2");
  assert.equal(onBranch(world, "tembo/work", "theirs.txt"), "theirs");
});

test("pushes conflicting work to the rescue branch, and leaves the session's branch unchanged", async (t) => {
  const world = await worked(t);
  const otherSha = moveBranch(world, "README.md", "# App\ntheirs\n");
  assert.deepEqual(await world.push(world.sha), { outcome: "rescued", sha: world.sha });
  assert.equal(tip(world), otherSha);
  assert.equal(tip(world, "tembo/work-rescue"), world.sha);
  assert.deepEqual(await world.push(world.sha), { outcome: "rescued", sha: world.sha });
});

test("never overwrites the commits of an existing rescue branch", async (t) => {
  const world = await worked(t);
  moveBranch(world, "README.md", "# App\ntheirs\n");
  const older = tip(world);
  world.at(world.remotePath, "update-ref", "refs/heads/tembo/work-rescue", older);
  const pushed = await world.push(world.sha);
  assert.equal(pushed.outcome, "rescued");
  assert.equal(tip(world, "tembo/work-rescue"), pushed.sha);
  world.at(world.remotePath, "merge-base", "--is-ancestor", older, pushed.sha);
  assert.equal(onBranch(world, "tembo/work-rescue", "README.md"), "# App\nours");
});

test("pushes unrelated histories to the rescue branch instead of merging them", async (t) => {
  const world = await worked(t);
  plainGit(world.person, "checkout", "--quiet", "--orphan", "fresh");
  commitAll(world.person, "From nothing");
  plainGit(world.person, "push", "--quiet", "origin", "HEAD:tembo/work");
  assert.equal((await world.push(world.sha)).outcome, "rescued");
});

test("includes the remote's message when the remote rejects the push", async (t) => {
  const world = await worked(t);
  mkdirSync(join(world.remotePath, "hooks"), { recursive: true });
  const hook = join(world.remotePath, "hooks/pre-receive");
  writeFileSync(hook, "#!/bin/sh\necho 'Branches need a ticket number' >&2\nexit 1\n");
  chmodSync(hook, 0o755);
  await assert.rejects(await pushOver(t, world), (error) => {
    assert.ok(error instanceof AppError && error.code === "push_rejected", String(error));
    assert.match(error.message, /"tembo\/work".*pre-receive hook declined.*Branches need a ticket number/);
    return true;
  });
});

test("compares the branch again if it moves between the comparison and the push", async (t) => {
  const world = await worked(t);
  // The remote's own hook moves the branch while the first push is running.
  const otherSha = moveBranch(world, "theirs.txt", "theirs\n");
  world.at(world.remotePath, "update-ref", "-d", "refs/heads/tembo/work");
  mkdirSync(join(world.remotePath, "hooks"), { recursive: true });
  const hook = join(world.remotePath, "hooks/pre-receive");
  const moved = join(world.root, "moved");
  writeFileSync(
    hook,
    `#!/bin/sh\n[ -e ${moved} ] && exit 0\ntouch ${moved}\nenv -i PATH="$PATH" git --git-dir=${world.remotePath} update-ref refs/heads/tembo/work ${otherSha}\n`,
  );
  chmodSync(hook, 0o755);
  const pushed = await (await pushOver(t, world))();
  assert.equal(pushed.outcome, "merged");
  assert.equal(tip(world), pushed.sha);
  world.at(world.remotePath, "merge-base", "--is-ancestor", otherSha, pushed.sha);
});

test("reports a remote that stays unreachable as a failure, not as a rejection", async (t) => {
  const world = await worked(t, { pushPatienceMs: 1_000 });
  const remote = {
    kind: "https",
    url: "http://127.0.0.1:9/a.git",
    credential: { username: "x", password: "very-secret" },
  } as const;
  const input = { site: world.site, remote, branch: "tembo/work", rescueBranch: "r", sha: world.sha, author };
  await assert.rejects(world.git.push(input, signal), (error) => {
    assert.ok(error instanceof AppError && error.code === "git_failed");
    return !error.message.includes("very-secret");
  });
  assert.ok(world.warnings.filter((warning) => warning.includes("retrying")).length > 0);
});

test("checks out a head that is on the forge in every turn", async (t) => {
  const world = await worked(t);
  const started = world.at(world.site.mirrorPath, "rev-parse", "main");
  assert.equal((await world.checkOut()).headSha, started);
  await world.push(world.sha);
  assert.equal((await world.checkOut()).headSha, world.sha);
  world.write("more.txt", "more\n");
  const { headSha } = await world.capture();
  assert.equal((await world.checkOut()).headSha, world.sha);
  moveBranch(world, "more.txt", "theirs\n");
  assert.equal((await world.push(headSha!)).outcome, "rescued");
  assert.equal((await world.checkOut()).headSha, headSha, "the rescue branch has the commit");
});
