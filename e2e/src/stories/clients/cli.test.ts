import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { exitCodes } from "../../../../cli/src/exit-codes.ts";
import { ContractViolation } from "../../contract/checker.ts";
import { startCheckingProxy } from "../../support/hosts/checking-proxy.ts";
import { API_KEY, git, remoteFile, startWorld, type World } from "../../support/index.ts";
import { runTembo } from "../../support/programs/run-tembo.ts";

let world: World;
let proxy: Awaited<ReturnType<typeof startCheckingProxy>>;
let project: string;

before(async () => {
  world = await startWorld();
  proxy = await startCheckingProxy(world.url, world.checked.fetch);
  project = join(await mkdtemp(join(tmpdir(), "tembo-project-")), "my-project");
  await git("/", null, "init", "--quiet", "--initial-branch=trunk", project);
  await writeFile(join(project, "app.txt"), "one\n");
  await git(project, null, "add", "--all");
  await git(project, null, "commit", "--quiet", "--message", "First");
  await git(project, null, "branch", "other");
});
after(async () => {
  await rm(join(project, ".."), { recursive: true, force: true });
  await proxy.close();
  await world.close();
});

/** Runs `tembo` as from a shell, with piped output. */
const tembo = (...args: string[]) => runTembo({ url: proxy.url, dataDir: world.dataDir }, args);

async function temboJson(...args: string[]) {
  const { code, out, err } = await tembo("--json", ...args);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

test("adds a repository with its branches, and completes a task with a pull request", async () => {
  const added = await tembo("repo", "add", project);
  assert.equal(added.code, 0, added.err);
  const listed = await temboJson("repo", "list");
  const [repository] = listed.items;
  assert.equal(repository.baseBranch, "trunk");
  assert.equal(await remoteFile(repository.url, API_KEY, "other", "app.txt"), "one");

  const created = await tembo(
    "session",
    "create",
    'Write two. SCRIPT(write("two.txt", "2\\n"), say("Written."))',
    "--repo",
    "local/my-project",
    "--branch",
    "from-the-shell",
    "--wait",
  );
  assert.equal(created.code, 0, created.err);
  assert.equal(await remoteFile(repository.url, API_KEY, "from-the-shell", "two.txt"), "2");

  const { items: sessions } = await temboJson("session", "list");
  const shown = await temboJson("session", "show", sessions[0].id);
  assert.equal(shown.state.current, "completed");
  const followUp = await tembo(
    "session",
    "message",
    sessions[0].id,
    'Three. SCRIPT(write("three.txt", "3\\n"), say("Done."))',
    "--wait",
  );
  assert.equal(followUp.code, 0, followUp.err);
  assert.equal(await remoteFile(repository.url, API_KEY, "from-the-shell", "three.txt"), "3");
  const watched = await tembo("session", "watch", sessions[0].id);
  assert.equal(watched.code, 0, watched.err);
  assert.match(watched.out, /pull request opened my-project#1/);
});

test("--wait exits with 1 and prints the reason if the session fails", async () => {
  const { code, out, err } = await tembo("session", "create", "Fail. SCRIPT(fail(400))", "--wait");
  assert.equal(code, 1);
  assert.match(out + err, /400/);
});

test("session stop stops a running session", async () => {
  const session = await temboJson("session", "create", "Run. SCRIPT(sleepTool(60))");
  await world.until(session.id, ({ eventType }) => eventType === "toolCall");
  const stopped = await tembo("session", "stop", session.id);
  assert.equal(stopped.code, 0, stopped.err);
  assert.equal((await world.ended(session.id)).at(-1)?.eventType, "turn.cancelled");
});

test("creates a key, lists it without its token, and revokes it", async () => {
  const { id, token } = await temboJson("key", "create", "ci");
  const own = await world.client.me.retrieve({ headers: { authorization: `Bearer ${token}` } });
  assert.match(own.orgId ?? "", /^[0-9a-f-]{36}$/);
  const listed = await tembo("--json", "key", "list");
  assert.match(listed.out, new RegExp(id));
  assert.doesNotMatch(listed.out, new RegExp(token));
  assert.equal((await tembo("key", "revoke", id)).code, 0);
  await assert.rejects(world.client.me.retrieve({ headers: { authorization: `Bearer ${token}` } }), {
    status: 401,
  });
});

test("doctor reports on bubblewrap, and harness list shows the harness as installed", async () => {
  const doctor = await tembo("doctor");
  assert.match(doctor.out, /bubblewrap/);
  const harnesses = await temboJson("harness", "list");
  const [harness] = harnesses.items;
  assert.equal(harness.name, "claudeCode");
  assert.equal(harness.isInstalled, true);
});

test("session show exits with 3 and an error message for an unknown session", async () => {
  const { code, err } = await tembo("session", "show", "0199c0de-0000-7000-8000-000000000000");
  assert.equal(code, exitCodes.notFound.code);
  assert.match(err, /Session .* was not found/);
});

test("every response to the CLI matches the contract", () => {
  // A stream is truncated if its reader disconnects. Such a stream is not a contract violation.
  const broken = proxy.violations.filter((cause) => cause instanceof ContractViolation);
  assert.deepEqual(broken, []);
  assert.ok(world.checked.counts.size >= 8);
});
