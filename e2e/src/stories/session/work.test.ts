import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  API_KEY,
  assertOccurOnce,
  assertSeamless,
  endings,
  git,
  ofType,
  PROVIDER_KEY,
  processesWith,
  pushFiles,
  remoteFile,
  remoteHead,
  sandboxProcesses,
  startWorld,
  type World,
  withClone,
} from "../../support/index.ts";

let world: World;

before(async () => {
  world = await startWorld();
});
after(async () => {
  await world.close();
});

/** Asserts that no process of the session remains after its turn. */
async function assertNothingRuns(sessionId: string): Promise<void> {
  assert.deepEqual(await sandboxProcesses(world.uidBase), []);
  assert.deepEqual(await processesWith(sessionId), []);
}

test("opens a pull request with the change to one repository", async () => {
  const repository = await world.repository("one/app", { "README.md": "# App\n" });
  const session = await world.client.session.create({
    prompt: `Add a greeting. SCRIPT(write("greeting.txt", "hello\\n"), bash("cat greeting.txt"), say("The greeting is there."))`,
    agent: "claudeCode:claude-opus-4-5",
    repositories: [repository.url],
  });
  assert.equal(session.status, "queued");
  assert.equal(session.title, "Add a greeting");
  const events = await world.ended(session.id);
  assertSeamless(events);
  assertOccurOnce(
    events,
    "session.created",
    "turn.started",
    "commit.created",
    "branch.pushed",
    "pullRequest.opened",
    "turn.completed",
  );
  assert.ok(
    ofType(events, "toolCall").some(
      ({ eventData }) => eventData.status === "completed" && /hello/.test(eventData.output ?? ""),
    ),
  );
  assert.match(
    ofType(events, "text")
      .map(({ eventData }) => eventData.text)
      .join(""),
    /The greeting is there/,
  );

  const { state, artifacts, branchName } = await world.client.session.retrieve(session.id);
  assert.equal(state.current, "completed");
  assert.match(branchName ?? "", /^tembo\/add-a-greeting-[0-9a-f]{8}$/);
  const [pullRequest] = artifacts.flatMap((artifact) => artifact.pullRequests);
  assert.deepEqual(
    {
      ...pullRequest?.diff,
      base: pullRequest?.baseBranch,
      head: pullRequest?.sourceBranch,
      status: pullRequest?.status,
    },
    { additions: 1, deletions: 0, base: "main", head: branchName, status: "open" },
  );
  assert.equal(await remoteFile(repository.url, API_KEY, branchName!, "greeting.txt"), "hello");
  assert.equal(await remoteHead(repository.url, API_KEY, branchName!), pullRequest?.headSha);
  const { items } = await world.client.session.diffs.list(session.id);
  assert.equal(items.length, 1);
  const diff = await world.client.session.diffs.retrieve(session.id, items[0]!.id);
  assert.match(diff.data, /^\+hello$/m);
  await assertNothingRuns(session.id);
});

test("a follow-up message continues the conversation and updates the same pull request", async () => {
  const repository = await world.repository("follow/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: 'Write two. SCRIPT(write("b.txt", "2\\n"), say("Two is written."))',
    repositories: [repository.url],
  });
  await world.ended(session.id);
  const before = world.model.requests.length;
  const sent = await world.client.session.messages.create(session.id, {
    content: 'Now three. SCRIPT(bash("cat b.txt"), write("c.txt", "3\\n"), say("Three is written."))',
  });
  assert.equal(sent.session.id, session.id);
  const events = await world.ended(session.id, 2);
  assertSeamless(events);
  assertOccurOnce(events, "pullRequest.opened", "pullRequest.updated");
  assert.deepEqual(
    ofType(events, "commit.created").map(({ eventData }) => [eventData.changedFiles, eventData.additions]),
    [
      [1, 1],
      [1, 1],
    ],
    "each commit counts its own changes",
  );
  assert.match(
    JSON.stringify(world.model.requests.slice(before).map(({ userTexts }) => userTexts)),
    /Write two/,
    "the harness remembers the first message",
  );
  const { artifacts, branchName } = await world.client.session.retrieve(session.id);
  const pullRequests = artifacts.flatMap((artifact) => artifact.pullRequests);
  assert.equal(pullRequests.length, 1);
  assert.equal(pullRequests[0]?.diff?.additions, 2);
  assert.equal(await remoteFile(repository.url, API_KEY, branchName!, "c.txt"), "3");
});

test("keeps the harness's own commits, and adds a commit for uncommitted changes", async () => {
  const repository = await world.repository("commits/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt:
      'Commit. SCRIPT(bash("echo b > b.txt && git add b.txt && git commit -qm Own"), write("c.txt", "c\\n"), say("Committed."))',
    repositories: [repository.url],
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  const { branchName } = await world.client.session.retrieve(session.id);
  const subjects = await withClone(repository.url, API_KEY, branchName!, (path) =>
    git(path, null, "log", "--format=%s"),
  );
  const [rest, own, ...before] = subjects.split("\n");
  assert.deepEqual([own, ...before], ["Own", "First"]);
  assert.notEqual(rest, "Own");
});

test("queues a message that arrives during a turn", async () => {
  const repository = await world.repository("queue/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: 'First. SCRIPT(slow(20, 50), write("first.txt", "1\\n"), say("First done."))',
    repositories: [repository.url],
  });
  await world.until(session.id, ({ eventType }) => eventType === "turn.started");
  const queued = await world.client.session.messages.create(session.id, {
    content: 'Second. SCRIPT(write("second.txt", "2\\n"), say("Second done."))',
  });
  assert.equal(queued.job, null);
  const events = await world.ended(session.id, 2);
  assertSeamless(events);
  assert.deepEqual(
    endings(events).map(({ eventType }) => eventType),
    ["turn.completed", "turn.completed"],
  );
  const { branchName } = await world.client.session.retrieve(session.id);
  assert.equal(await remoteFile(repository.url, API_KEY, branchName!, "second.txt"), "2");
});

test("completes a turn without changes, and opens no pull request", async () => {
  const repository = await world.repository("same/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: 'What does a.txt say? SCRIPT(read("a.txt"), say("It says 1."))',
    repositories: [repository.url],
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.equal(ofType(events, "pullRequest.opened").length, 0);
  const { artifacts, state } = await world.client.session.retrieve(session.id);
  assert.deepEqual(artifacts, []);
  assert.equal(state.isCompleted, true);
});

test("runs a session without a repository in an empty workspace", async () => {
  const session = await world.client.session.create({
    prompt: 'Look. SCRIPT(bash("pwd; ls -A | wc -l"), say("Empty."))',
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.match(JSON.stringify(ofType(events, "toolCall").at(-1)?.eventData.output), /\/workspace\\n0/);
});

test("starts a draft on its first message, and adds the message to its prompt", async () => {
  const repository = await world.repository("draft/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: "The goal.",
    repositories: [repository.url],
    queueRightAway: false,
  });
  assert.equal(session.status, "draft");
  assert.equal((await world.client.session.retrieve(session.id)).state.current, undefined);
  await world.client.session.messages.create(session.id, {
    content: 'Begin. SCRIPT(write("d.txt", "d\\n"), say("Begun."))',
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.match(String(ofType(events, "message.queued")[0]?.eventData.content), /^The goal\.\n\nBegin\./);
});

test("continues an existing branch", async () => {
  const repository = await world.repository("branch/app", { "a.txt": "1\n" });
  await pushFiles(repository.url, API_KEY, "feature/x", { "x.txt": "from a person\n" });
  const session = await world.client.session.create({
    prompt: 'Continue. SCRIPT(bash("cat x.txt"), write("y.txt", "y\\n"), say("Continued."))',
    repositories: [repository.url],
    branchName: "feature/x",
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.equal(await remoteFile(repository.url, API_KEY, "feature/x", "x.txt"), "from a person");
  assert.equal(await remoteFile(repository.url, API_KEY, "feature/x", "y.txt"), "y");
});

test("pushes the first commit to an empty repository", async () => {
  const repository = await world.client.repositories.create({ owner: "empty", name: "app" });
  const session = await world.client.session.create({
    prompt: 'Begin. SCRIPT(write("README.md", "# New\\n"), say("Begun."))',
    repositories: [repository.url],
  });
  const events = await world.ended(session.id);
  assertOccurOnce(events, "branch.pushed", "turn.completed");
  const { branchName } = await world.client.session.retrieve(session.id);
  assert.equal(await remoteFile(repository.url, API_KEY, branchName!, "README.md"), "# New");
});

test("passes a tagged file to the harness as a link if it exists, and as text otherwise", async () => {
  const repository = await world.repository("tags/app", { "src/login.js": "// the login\n" });
  const session = await world.client.session.create({
    prompt: 'Explain @src/login.js and @src/missing.js. SCRIPT(say("Explained."))',
    repositories: [repository.url],
  });
  await world.ended(session.id);
  const requests = JSON.stringify(world.model.requests.flatMap(({ userTexts }) => userTexts));
  assert.match(requests, /\/workspace\/app\/src\/login\.js/);
  assert.doesNotMatch(requests, /\/workspace\/app\/src\/missing\.js/);
});

test("runs the hooks from .tembo.json in the sandbox, and continues after a failed one", async () => {
  const hooks = { setupScript: ["echo ready > setup.out", "exit 3"], prePush: "echo checked >> notes.txt" };
  const repository = await world.repository("hooks/app", {
    ".tembo.json": JSON.stringify(hooks),
    ".gitignore": "setup.out\n",
  });
  const session = await world.client.session.create({
    prompt: 'Note. SCRIPT(bash("cat setup.out"), write("notes.txt", "noted\\n"), say("Noted."))',
    repositories: [repository.url],
  });
  const events = await world.ended(session.id);
  assert.deepEqual(
    ofType(events, "hook.finished").map(({ eventData }) => [eventData.hook, eventData.exitCode]),
    [
      ["setupScript", 0],
      ["setupScript", 3],
      ["prePush", 0],
    ],
  );
  const { branchName } = await world.client.session.retrieve(session.id);
  assert.equal(await remoteFile(repository.url, API_KEY, branchName!, "notes.txt"), "noted\nchecked");
});

test("hides the provider's key from the sandbox", async () => {
  const session = await world.client.session.create({
    prompt:
      "Hunt. SCRIPT(bash(\"env; cat /proc/*/environ 2>/dev/null | tr '\\\\0' '\\\\n'; id -u\"), say(\"Hunted.\"))",
  });
  const events = await world.ended(session.id);
  const output = JSON.stringify(events);
  assert.match(output, /ANTHROPIC_BASE_URL/, "control: the output has the environment");
  assert.doesNotMatch(output, new RegExp(PROVIDER_KEY));
  assert.doesNotMatch(output, new RegExp(API_KEY));
});

test("checks every response against the contract", () => {
  assert.ok(world.checked.counts.size >= 6, "the checker validated the responses");
});
