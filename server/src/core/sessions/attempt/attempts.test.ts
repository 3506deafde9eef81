import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addPerson, type Person } from "../../../testing/person.ts";
import { plainSession } from "../../../testing/scene.ts";
import { aPullRequest, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { conversationPorts } from "../../automation/conversation/testing/conversation-ports.ts";
import {
  aForgePullRequest,
  type MemoryForge,
  memoryForge,
} from "../../automation/conversation/testing/memory-forge.ts";
import { AppError, type Job, newId } from "../../base/index.ts";
import type { Repository } from "../../forges/index.ts";
import type { Ports } from "../../ports.ts";
import { claimTurn } from "../../turns/index.ts";
import { settleTurn } from "../../turns/turn/settle-turn.ts";
import type { NewSession } from "../create/decide-session.ts";
import type { SessionRequest } from "../create/session-request.ts";
import { sendMessage } from "../queue/send-message.ts";
import { unarchive } from "../session/archive-session.ts";
import { createAttempts } from "./create-attempts.ts";
import { endAttempt } from "./end-attempt.ts";
import { keepAttempt } from "./keep-attempt.ts";

let t: TestStore;
let owner: Person;
let other: Person;
let memory: MemoryForge;
let repository: Repository;
let ports: Ports;
const jobs: Job[] = [];
const noticed: string[] = [];

before(async () => {
  t = await openTestStore();
  owner = await addPerson(t);
  other = await addPerson(t);
  repository = await t.addRepository();
  memory = memoryForge();
  const base = conversationPorts(t, memory.forge).ports;
  ports = {
    ...base,
    engine: {
      ...base.engine,
      enqueueJob: async (_tx, job) => void jobs.push(job),
      noticeStop: async (turnId) => void noticed.push(turnId),
    },
  };
});
after(() => t.drop());

const byOwner = (): SessionRequest => ({
  ...plainSession,
  origin: { kind: "key", keyId: owner.keyId, request: null },
  repositoryIds: [repository.id],
});
const twice = [{ agent: null }, { agent: "claudeCode:claude-haiku-4-5" }];
const create = (change: Partial<SessionRequest> = {}, attempts = [...twice, { agent: null }]) =>
  createAttempts(ports, t.organizationId, { ...byOwner(), ...change }, attempts);
const ids = (created: readonly NewSession[]) => created.map(({ session }) => session.id);
const keep = (id: string, by: Person = owner) =>
  keepAttempt(ports, { ...by, role: "member", requestId: "r1" } as never, id);
const states = async (groupId: string) =>
  (await t.store.attempts.ofGroup(t.organizationId, groupId)).map(({ state }) => state);
const isArchived = async (id: string) => (await t.store.sessions.get(id)).archivedAt !== null;
const countSessions = async () => t.store.sessionLists.count(t.organizationId, {});
const rejectsWith = (code: string, field: string | undefined, sentence: RegExp) => (error: unknown) =>
  error instanceof AppError && error.code === code && error.field === field && sentence.test(error.message);

/** Runs the first turn of a session, opens a pull request if a number is given, and ends the turn. */
async function work({ session, message }: NewSession, number?: number): Promise<() => Promise<void>> {
  const context = await claimTurn(ports, message!.turnId);
  assert.ok(context);
  if (number !== undefined) {
    const head = { headBranch: session.branchName, headSha: "a".repeat(40) };
    memory.pullRequests.set(
      number,
      aForgePullRequest({
        ...{ number, externalId: `${number}00`, head: session.branchName, updatedAt: someTime },
      }),
    );
    await t.store.pullRequests.save(
      context.lease,
      aPullRequest({
        ...{ organizationId: t.organizationId, sessionId: session.id, repositoryId: repository.id },
        ...{ number, externalId: `${number}00`, forgeUpdatedAt: someTime, ...head },
      }),
    );
  }
  return () => settleTurn(context, { status: "completed", message: "Done." });
}
const endOf = (session: { readonly id: string }) =>
  endAttempt(ports, { organizationId: t.organizationId, userId: owner.userId }, session.id);
const statusOf = async (sessionId: string) =>
  (await t.store.pullRequests.ofSession(sessionId)).map(({ status }) => status);

test("creates a session for each attempt, with its own agent and branch, in one transaction", async () => {
  const created = await create();
  const sessions = await Promise.all(ids(created).map((id) => t.store.sessions.get(id)));
  assert.deepEqual(
    sessions.map(({ model, status, prompt }) => ({ model, status, prompt })),
    ["claude-opus-4-5", "claude-haiku-4-5", "claude-opus-4-5"].map((model) => ({
      ...{ model, status: "queued", prompt: "Go." },
    })),
  );
  assert.equal(new Set(sessions.map(({ branchName }) => branchName)).size, 3);
  const [groupId] = ids(created);
  const group = await t.store.attempts.ofGroup(t.organizationId, groupId!);
  assert.deepEqual(
    group,
    ids(created).map((sessionId, index) => ({
      ...{ sessionId, groupId, number: index + 1, count: 3, state: "open", problem: null },
    })),
  );
  assert.deepEqual(await t.store.attempts.ofGroup(newId(), groupId!), [], "another organization");
});

test("creates no session if one of the attempts is rejected", async () => {
  const before = await countSessions();
  const unknown = [{ agent: null }, { agent: "nothing:here" }];
  await assert.rejects(create({}, unknown), rejectsWith("invalid_input", "attempts.1.agent", /^Attempt 2: /));
  await assert.rejects(create({ isDraft: true }), rejectsWith("invalid_input", "attempts", /draft/));
  await assert.rejects(
    create({ branchName: "mine" }),
    rejectsWith("invalid_input", "branchName", /branch of its own/),
  );
  const failing = { ...ports, engine: { ...ports.engine, enqueueTurn: failOnSecond() } };
  await assert.rejects(createAttempts(failing, t.organizationId, byOwner(), twice), /second turn/);
  assert.equal(await countSessions(), before);
  await create({}, twice);
  assert.equal(await countSessions(), before + 2, "control");
});

function failOnSecond() {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls === 2) throw new Error("The second turn fails.");
    return null;
  };
}

test("keeps one attempt, stops the others, and archives them once their turns have ended", async () => {
  const created = await create();
  const [first, second, third] = created;
  const settle = await work(second!);
  jobs.length = 0;
  await keep(first.session.id);
  assert.deepEqual(await states(first.session.id), ["kept", "ending", "ending"]);
  assert.deepEqual(noticed, [second!.message!.turnId]);
  assert.deepEqual(
    jobs.map((job) => ("sessionId" in job ? [job.kind, job.sessionId] : [])),
    [second, third].map((one) => ["attemptEnd", one!.session.id]),
  );
  assert.deepEqual(await Promise.all(ids(created).map(isArchived)), [false, false, true]);
  assert.equal((await t.store.sessions.get(third!.session.id)).status, "cancelled");

  assert.equal(await endOf(third!.session), true);
  assert.equal(await endOf(second!.session), false, "its turn is running");
  await settle();
  assert.equal(await endOf(second!.session), true);
  assert.deepEqual(await Promise.all(ids(created).map(isArchived)), [false, true, true]);
  assert.deepEqual(await states(first.session.id), ["kept", "ended", "ended"]);

  jobs.length = 0;
  await keep(first.session.id);
  assert.deepEqual(jobs, [], "nothing remains to be done");
  await assert.rejects(
    keep(second!.session.id),
    rejectsWith("conflict", undefined, /Attempt 1 was already kept/),
  );
  for (const id of ids(created)) {
    const events = await t.store.events.list(id, { afterSeq: 0, limit: 100 });
    const notices = events.flatMap(({ data }) => (data.type === "notice" ? [data.message] : []));
    assert.ok(notices.filter((message) => /kept attempt 1 of 3\.$/.test(message)).length === 1, `${notices}`);
  }
});

test("rejects a session that is not one of several attempts", async () => {
  const { id } = await t.addSession();
  await assert.rejects(keep(id), rejectsWith("conflict", undefined, /not one of several attempts/));
});

test("restores an archived attempt that is kept, and leaves a deleted one alone", async () => {
  const created = await create();
  const [first, second, third] = created;
  for (const one of created) await (await work(one))();
  const now = t.clock.now();
  await t.store.sessionChanges.update(first.session.id, { archivedAt: now }, now);
  await t.store.sessionChanges.hide(third!.session.id, now);
  await keep(first.session.id);
  assert.equal(await isArchived(first.session.id), false);
  assert.deepEqual(await states(first.session.id), ["kept", "ending"]);
  assert.equal(await endOf(second!.session), true);
});

test("does not end a private attempt of another person", async () => {
  const [first, second] = await create({ visibility: "public" }, twice);
  const now = t.clock.now();
  await t.store.sessionChanges.update(second!.session.id, { visibility: "private" }, now);
  await keep(first.session.id, other);
  assert.deepEqual(await states(first.session.id), ["kept", "open"]);
  await keep(first.session.id, owner);
  assert.deepEqual(await states(first.session.id), ["kept", "ending"], "control");
});

test("closes the pull requests of the others, and continues after a crash and after a failure", async () => {
  const created = await create();
  const [first, second, third] = created;
  for (const [index, one] of created.entries()) await (await work(one, 11 + index))();
  await keep(first.session.id);
  memory.failing.set("updatePullRequest", new AppError("forge_failed", "The forge is away."));
  await assert.rejects(endOf(second!.session), /The forge is away/);
  const failed = await t.store.attempts.find(second!.session.id);
  assert.equal(failed?.state, "ending");
  assert.match(failed.problem ?? "", /^Pull request #12 \(.*\) could not be closed: The forge is away\.$/);
  memory.failing.clear();
  // The process crashed after the forge had closed the pull request.
  await memory.forge.updatePullRequest(repository, 12, { status: "closed" });
  assert.equal(await endOf(second!.session), true);
  assert.deepEqual(await t.store.attempts.find(second!.session.id), {
    ...{ ...failed, state: "ended", problem: null },
  });
  assert.equal(await endOf(second!.session), true);
  assert.deepEqual(await statusOf(second!.session.id), ["closed"]);

  // Somebody has merged it, and the server has not received the event.
  memory.pullRequests.set(13, { ...memory.pullRequests.get(13)!, status: "merged", updatedAt: new Date() });
  assert.equal(await endOf(third!.session), true);
  assert.deepEqual(await statusOf(third!.session.id), ["merged"]);
  assert.deepEqual(await statusOf(first.session.id), ["open"]);
});

test("leaves pull requests on other branches open", async () => {
  const [first, second] = await create({}, twice);
  await (await work(second!, 21))();
  const [pullRequest] = await t.store.pullRequests.ofSession(second!.session.id);
  await t.store.pullRequests.observe({
    ...pullRequest!,
    ...{ headBranch: "release", forgeUpdatedAt: new Date(someTime.getTime() + 1) },
  });
  await keep(first.session.id);
  assert.equal(await endOf(second!.session), true);
  assert.deepEqual(await statusOf(second!.session.id), ["open"]);
});

test("ends nothing after a person has continued the session with a message, or restored it", async () => {
  const created = await create();
  const [first, second, third] = created;
  for (const [index, one] of created.entries()) await (await work(one, 41 + index))();
  await keep(first.session.id);
  const { turnId } = await sendMessage(ports, t.organizationId, {
    sessionId: second!.session.id,
    content: "On.",
  });
  const restored = await t.store.sessions.get(third!.session.id);
  await t.store.transaction((tx) => unarchive(ports, tx, restored));
  for (const one of [second, third]) assert.equal(await endOf(one!.session), true);
  await keep(first.session.id);
  assert.deepEqual(await states(first.session.id), ["kept", "ended", "ended"]);
  assert.deepEqual(await Promise.all(ids(created).map(isArchived)), [false, false, false]);
  assert.equal((await t.store.turns.active(second!.session.id))?.id, turnId);
  for (const one of [second, third]) assert.deepEqual(await statusOf(one!.session.id), ["open"]);
});

test("closes the other pull requests if the forge refuses one, and reports one that it does not close", async () => {
  const created = await create();
  const [first, second, third] = created;
  for (const [index, one] of created.entries()) await (await work(one, 51 + index))();
  const [known] = await t.store.pullRequests.ofSession(second!.session.id);
  await t.store.pullRequests.observe({ ...known!, id: newId(), number: 59, externalId: "5900" });
  memory.pullRequests.set(59, { ...memory.pullRequests.get(52)!, number: 59, externalId: "5900" });
  await keep(first.session.id);
  const { updatePullRequest } = memory.forge;
  const change = async (...args: Parameters<typeof updatePullRequest>) => {
    if (args[1] === 52) throw new AppError("conflict", "The branch is protected.");
    // The forge accepts the request without closing this one.
    if (args[1] !== 53) await updatePullRequest(...args);
  };
  Object.assign(memory.forge, { updatePullRequest: change });
  try {
    await assert.rejects(endOf(second!.session), /branch is protected/);
    assert.deepEqual(await statusOf(second!.session.id), ["open", "closed"]);
    await assert.rejects(endOf(third!.session), /#53 is still open/);
    const { problem, state } = (await t.store.attempts.find(third!.session.id))!;
    assert.equal(state, "ending");
    assert.match(problem ?? "", /#53 .* could not be closed: .*close it on the forge/);
  } finally {
    Object.assign(memory.forge, { updatePullRequest });
  }
  for (const one of [second, third]) assert.equal(await endOf(one!.session), true, "control");
});

test("keeps no second attempt after the session of the kept one was deleted", async () => {
  const [first, second] = await create({}, twice);
  await keep(first.session.id);
  await t.store.sessionChanges.hide(first.session.id, t.clock.now());
  await assert.rejects(
    keep(second!.session.id),
    rejectsWith("conflict", undefined, /^Another attempt was already kept/),
  );
});
