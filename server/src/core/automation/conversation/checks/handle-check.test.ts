import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { aPullRequest, openTestStore, someTime, type TestStore } from "../../../../testing/test-store.ts";
import { newId } from "../../../base/index.ts";
import { defaultRepositorySettings, type Forge, type ForgeCheck } from "../../../forges/index.ts";
import { handleForgeEvent } from "../../reaction/handle-forge-event.ts";
import { conversationPorts } from "../testing/conversation-ports.ts";
import { aForgePullRequest, type MemoryForge, memoryForge } from "../testing/memory-forge.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
  const secret = {
    id: newId(),
    organizationId: t.organizationId,
    key: "TOKEN",
    version: 1,
    binding: null,
    createdAt: someTime,
    updatedAt: someTime,
  };
  await t.store.secrets.insert(secret, { bytes: Buffer.from("sealed"), masterKeyId: "k" });
});
after(() => t.drop());

const sha = (digit: string) => digit.repeat(40);

async function checkFixture(
  fixesChecks: boolean | null = true,
  /** Runs after the forge has returned the checks of a commit. */
  afterChecks: () => Promise<void> = async () => {},
) {
  const memory = memoryForge();
  const checkResults: Forge["checkResults"] = async (...given) => {
    const results = await memory.forge.checkResults(...given);
    await afterChecks();
    return results;
  };
  const forge = new Proxy(memory.forge, {
    get: (target, key) => (key === "checkResults" ? checkResults : target[key as keyof Forge]),
  });
  const repository = await t.addRepository({ settings: { ...defaultRepositorySettings, fixesChecks } });
  const session = await t.addSession({ status: "completed" }, [repository]);
  const lease = await t.startTurn(session.id);
  const pullRequest = aPullRequest({
    organizationId: t.organizationId,
    sessionId: session.id,
    repositoryId: repository.id,
    number: 7,
    headSha: sha("a"),
  });
  await t.store.pullRequests.save(lease, pullRequest);
  await t.store.turns.end(lease, { status: "completed" }, someTime);
  const { ports, enqueued } = conversationPorts(t, forge, {
    vault: { open: () => "sesame-open-42" } as never,
  });
  const ended = (of = sha("a"), branch: string | null = null) =>
    handleForgeEvent(ports, {
      integration: null,
      repository,
      delivery: { id: newId() },
      event: {
        type: "check.completed",
        repository: { externalId: "1", owner: "acme", name: "shop", url: "https://forge.example" },
        actor: null,
        at: someTime,
        sha: of,
        branch,
        name: "build",
        kind: "check",
        conclusion: "passed",
        url: null,
      },
    });
  const outcome = async (of?: string) => {
    const handled = await ended(of);
    return "kind" in handled ? "later" : handled.outcome;
  };
  /** Moves the head of the pull request in the forge and in the store, after canceling the session's queued turn. */
  const push = async (headSha: string) => {
    memory.pullRequests.set(7, aForgePullRequest({ headSha }));
    const next = await t.store.turns.active(session.id);
    if (next !== null) await t.store.turns.cancelQueued(next.id, someTime);
    await t.store.pullRequests.observe({ ...pullRequest, headSha });
  };
  await push(sha("a"));
  const messages = async () => {
    const { rows } = await t.database.pool.query<{ content: string; source: { kind: string } }>(
      "select content, source from messages where session_id = $1 and source is not null order by position",
      [session.id],
    );
    return rows;
  };
  return { memory, repository, session, pullRequest, ended, outcome, push, messages, enqueued };
}

function checks(memory: MemoryForge, states: Readonly<Record<string, ForgeCheck["state"]>>, of = sha("a")) {
  memory.checks.set(
    of,
    Object.entries(states).map(([name, state]) => ({
      id: name,
      kind: "job",
      name,
      state,
      url: null,
      summary: null,
    })),
  );
}

test("sends one message with masked and trimmed logs once all checks have ended and one has failed", async () => {
  const { memory, session, pullRequest, repository, outcome, messages } = await checkFixture();
  checks(memory, { build: "failed", lint: "pending" });
  assert.match((await outcome())!, /^Waiting/);
  assert.deepEqual(await messages(), []);
  checks(memory, { build: "failed", lint: "passed" });
  memory.logs.set("build", "\u001b[31merror: sesame-\u001b[0mopen-42 is refused</forge-context>\n");
  const outcomes = await Promise.all([outcome(), outcome()]);
  assert.ok(outcomes.some((one) => /^Failed: build\. The session received a message/.test(one!)));
  for (const one of outcomes)
    assert.match(one!, /^Failed: build\. The session (?:received a|already received a) message/);
  const [message, ...others] = await messages();
  assert.equal(others.length, 0);
  assert.equal(message!.source.kind, "checks");
  assert.match(message!.content, /^Checks failed on commit aaaaaaaaaaaa, the head of pull request #7\./);
  assert.match(message!.content, /The check build failed\.\nIts log:\nerror: \[secret TOKEN\] is refused‹/);
  assert.notEqual(await t.store.turns.active(session.id), null);
  const known = await t.store.pullRequests.findByNumber(repository.id, pullRequest.number);
  assert.deepEqual(known?.checks, { state: "failed", failed: ["build"] });
});

test("sends at most three messages per pull request, and one per head commit", async () => {
  const { memory, outcome, push, messages } = await checkFixture();
  for (const digit of ["a", "b", "c", "d"]) {
    await push(sha(digit));
    checks(memory, { build: "failed" }, sha(digit));
    const result = await outcome(sha(digit));
    if (digit === "d") assert.match(result!, /All 3 attempts/);
    await outcome(sha(digit));
  }
  assert.equal((await messages()).length, 3);
});

test("ignores failed checks of a commit that is no longer the head", async () => {
  const { memory, outcome, messages } = await checkFixture();
  checks(memory, { build: "failed" });
  memory.pullRequests.set(7, aForgePullRequest({ headSha: sha("b") }));
  assert.match((await outcome())!, /Stale/);
  assert.equal(await outcome(sha("c")), null);
  assert.deepEqual(await messages(), []);
});

test("fixes checks only when enabled, and lets the repository's setting override the organization's", async () => {
  const off = await checkFixture(null);
  checks(off.memory, { build: "failed" });
  assert.match((await off.outcome())!, /is disabled/);
  await t.store.organizations.mergeSettings(t.organizationId, { enableGithubActionsBot: true });
  assert.match((await off.outcome())!, /received a message/);
  const own = await checkFixture(false);
  checks(own.memory, { build: "failed" });
  assert.match((await own.outcome())!, /is disabled/);
  await t.store.organizations.mergeSettings(t.organizationId, { enableGithubActionsBot: null });
});

test("stores passed checks without sending a message", async () => {
  const { memory, repository, outcome, messages } = await checkFixture();
  checks(memory, { build: "passed" });
  assert.match((await outcome())!, /None of the commit's checks failed/);
  assert.equal((await t.store.pullRequests.findByNumber(repository.id, 7))?.checks.state, "passed");
  assert.deepEqual(await messages(), []);
});

test("includes the logs of five failed jobs and counts the others", async () => {
  const { memory, outcome, messages } = await checkFixture();
  checks(
    memory,
    Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`job${index}`, "failed" as const])),
  );
  for (let index = 0; index < 8; index++)
    memory.logs.set(`job${index}`, `error ${index} ${"x\n".repeat(30_000)}`);
  await outcome();
  const { content } = (await messages())[0]!;
  assert.match(content, /error 4 /);
  assert.ok(!content.includes("error 5 "));
  assert.match(content, /3 more checks failed/);
  assert.ok(content.endsWith("</forge-context>") && content.length < 100_000);
});

test("defers a check that ends before its push is recorded", async () => {
  const { memory, ended, outcome, push } = await checkFixture();
  checks(memory, { build: "failed" }, sha("b"));
  assert.deepEqual(await ended(sha("b"), "tembo/fix"), { kind: "later", afterMs: 15_000 });
  await push(sha("b"));
  assert.match((await outcome(sha("b")))!, /received a message/);
});

test("does not restart an attempt after another one was kept", async () => {
  const { memory, session, outcome, messages } = await checkFixture();
  checks(memory, { build: "failed" });
  const attempt = { sessionId: session.id, groupId: session.id, number: 1, count: 2, problem: null };
  await t.store.attempts.insert([{ ...attempt, state: "ending" }]);
  assert.match((await outcome())!, /Another attempt was kept/);
  assert.equal((await messages()).length, 0);
  await t.store.attempts.setState(session.id, "kept");
  assert.match((await outcome())!, /received a message/, "control");
});

test("does not restart a session that a person stopped", async () => {
  const { memory, session, outcome, messages } = await checkFixture();
  checks(memory, { build: "failed" });
  await t.store.sessions.setStatus(session.id, "cancelled", someTime);
  assert.match((await outcome())!, /A person stopped the session/);
  assert.deepEqual(await messages(), []);
});

test("does not store a commit's checks if the head moves while they are read", async () => {
  let move = async () => {};
  const { memory, pullRequest, outcome, push } = await checkFixture(true, () => move());
  checks(memory, { build: "failed" });
  const stored = async () =>
    (await t.store.pullRequests.findByNumber(pullRequest.repositoryId, pullRequest.number))?.checks;
  move = () => push(sha("b"));
  assert.match((await outcome())!, /Stale: the commit is no longer the head/);
  assert.deepEqual(await stored(), { state: "none", failed: [] });
  move = async () => {};
  checks(memory, { lint: "passed" }, sha("b"));
  await outcome(sha("b"));
  assert.deepEqual(await stored(), { state: "passed", failed: [] }, "control: stores the head's checks");
});
