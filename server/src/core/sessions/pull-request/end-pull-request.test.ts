import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { aPullRequest, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { conversationPorts } from "../../automation/conversation/testing/conversation-ports.ts";
import { aForgePullRequest, memoryForge } from "../../automation/conversation/testing/memory-forge.ts";
import { AppError, newId } from "../../base/index.ts";
import type { Person } from "../../forges/index.ts";
import { closePullRequest, mergePullRequest } from "./end-pull-request.ts";

let t: TestStore;
let person: Person;
before(async () => {
  t = await openTestStore();
  person = { organizationId: t.organizationId, userId: t.userId };
});
after(() => t.drop());

const headSha = "a".repeat(40);

async function setUp() {
  const memory = memoryForge();
  const repository = await t.addRepository();
  const { ports } = conversationPorts(t, memory.forge);
  const { organizationId } = t;
  memory.pullRequests.set(7, aForgePullRequest({ updatedAt: someTime }));
  const given = { organizationId, repositoryId: repository.id, number: 7, headSha, sessionId: null };
  const known = aPullRequest({ ...given, forgeUpdatedAt: someTime });
  await t.store.pullRequests.observe(known);
  const stored = async () => (await t.store.pullRequests.find(organizationId, known.id))!;
  return { memory, repository, ports, known, stored };
}

const isConflict = (sentence: RegExp) => (error: unknown) =>
  error instanceof AppError && error.code === "conflict" && sentence.test(error.message);

test("records a merge immediately, and accepts a repeated merge", async () => {
  const { ports, known, stored } = await setUp();
  const merged = await mergePullRequest(ports, person, known, { method: "squash" });
  assert.equal(merged.status, "merged");
  assert.deepEqual(await stored(), merged);
  assert.equal((await mergePullRequest(ports, person, merged, { method: "squash" })).status, "merged");
});

test("adds one notice to the session that names the person who merged", async () => {
  const { ports, known, memory } = await setUp();
  const { id: sessionId } = await t.addSession();
  const user = (await t.store.users.find(t.userId))!;
  await t.store.users.update({ ...user, name: "Ada" });
  const worked = { ...known, id: newId(), number: 8, sessionId, externalId: "800" };
  memory.pullRequests.set(8, aForgePullRequest({ number: 8, externalId: "800", updatedAt: someTime }));
  await t.store.pullRequests.save(await t.startTurn(sessionId), worked);
  for (const method of ["merge", "squash"] as const)
    await mergePullRequest(ports, person, worked, { method });
  const events = await t.store.events.list(sessionId, { afterSeq: 0, limit: 100 });
  const notices = events.map(({ data }) => data).filter(({ type }) => type === "notice");
  assert.deepEqual(notices, [{ type: "notice", message: "Ada merged pull request #8." }]);
});

test("rejects a merge when the head differs from the requested one, and stores the current head", async () => {
  const { ports, known, stored, memory } = await setUp();
  const moved = "b".repeat(40);
  const input = { method: "merge", headSha: moved } as const;
  await assert.rejects(mergePullRequest(ports, person, known, input), isConflict(/moved/));
  memory.pullRequests.set(
    7,
    aForgePullRequest({ headSha: moved, mergeability: "conflicting", updatedAt: someTime }),
  );
  await assert.rejects(mergePullRequest(ports, person, known, { method: "merge" }), isConflict(/moved/));
  const { status, headSha: now, mergeability } = await stored();
  assert.deepEqual([status, now, mergeability], ["open", moved, "conflicting"]);
});

test("closes a pull request, even repeatedly, and rejects closing a merged one", async () => {
  const { ports, known, stored, memory } = await setUp();
  assert.equal((await closePullRequest(ports, person, known)).status, "closed");
  assert.equal((await closePullRequest(ports, person, known)).status, "closed");
  memory.pullRequests.set(7, aForgePullRequest({ status: "merged", updatedAt: new Date() }));
  await assert.rejects(closePullRequest(ports, person, known), isConflict(/#7 is already merged/));
  assert.equal((await stored()).status, "merged", "the status that the forge reports is stored anyway");
});

test("rejects a merge in a disabled repository and a close without an integration", async () => {
  const { ports, known, repository, stored } = await setUp();
  const disabled = { ...repository, enabledAt: null };
  await t.store.repositories.update(disabled);
  await assert.rejects(mergePullRequest(ports, person, known, { method: "merge" }), isConflict(/disabled/));
  const orphan = await t.addRepository({
    forge: "github",
    externalId: "1",
    connectedUrl: "https://github.com",
  });
  const pullRequest = aPullRequest({
    organizationId: t.organizationId,
    repositoryId: orphan.id,
    sessionId: null,
  });
  await assert.rejects(
    closePullRequest(ports, person, pullRequest),
    isConflict(/integration of .* was removed/),
  );
  assert.equal((await stored()).status, "open");
});
