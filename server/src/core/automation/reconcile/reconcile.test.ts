import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { keyOf } from "../../../blobs/blob-store.ts";
import { createBlobSweep } from "../../../blobs/sweep-blobs.ts";
import { openTestBlobs, type TestBlobs } from "../../../testing/test-blobs.ts";
import { aPullRequest, openTestStore, someTime, type TestStore } from "../../../testing/test-store.ts";
import { addIntegration } from "../../../testing/webhook-fixture.ts";
import { memoryTools } from "../../base/engine/testing/memory-tools.ts";
import { AppError, minuteMs, newId, type WorkRepair } from "../../base/index.ts";
import type { Forge, ForgePullRequest } from "../../forges/index.ts";
import { conversationPorts } from "../conversation/testing/conversation-ports.ts";
import { aForgePullRequest, memoryForge } from "../conversation/testing/memory-forge.ts";
import type { Check, CheckResult } from "./check.ts";
import { checkBlobs } from "./check-blobs.ts";
import { checkPullRequests, differenceOf, runLimitMs } from "./check-pull-requests.ts";
import { checkSessions } from "./check-sessions.ts";
import { checkWarmSandboxes, checkWork } from "./check-work.ts";
import { forgeLimitMs } from "./compared-forges.ts";
import { checks, reconcile, runCheck } from "./reconcile.ts";

const signal = new AbortController().signal;
const memory = memoryForge();
let t: TestStore;
let stored: TestBlobs;
let ports: ReturnType<typeof conversationPorts>["ports"];

before(async () => {
  t = await openTestStore();
  stored = await openTestBlobs(t);
  const blobSweep = createBlobSweep({ store: t.store, blobStore: stored.blobStore });
  ({ ports } = conversationPorts(t, memory.forge, { blobSweep, vault: stored.vault }));
});
after(async () => {
  await stored[Symbol.asyncDispose]();
  await t.drop();
});

const { tools } = memoryTools();
const run = (check: Check, cursor: string | null = null) => check({ ports, tools, signal }, cursor);
const later = (ms: number) => t.clock.set(new Date(someTime.getTime() + ms));
const allFixed = (count: number) => ({ found: count, fixed: count, openItems: [], cursor: null });
const statusOf = async (id: string) => (await t.store.sessions.get(id)).status;

test("derives the status of a session from its newest turn, once the turn has not changed for five minutes", async () => {
  t.clock.set(someTime);
  const [wrong, right, draft] = [await t.addSession(), await t.addSession(), await t.addSession()];
  for (const { id } of [wrong, right]) {
    const lease = await t.startTurn(id);
    await t.store.turns.end(lease, { status: "completed" }, someTime);
  }
  await t.store.sessions.setStatus(wrong.id, "inProgress", someTime);
  await t.store.sessions.setStatus(right.id, "completed", someTime);
  later(5 * minuteMs);
  assert.deepEqual(await run(checkSessions), allFixed(0), "control");
  later(5 * minuteMs + 1);
  assert.deepEqual(await run(checkSessions), allFixed(1));
  assert.deepEqual([await statusOf(wrong.id), await statusOf(draft.id)], ["completed", "draft"]);
  assert.deepEqual(await run(checkSessions), allFixed(0));
});

test("ends a turn whose work has ended, and counts what the engine corrected", async () => {
  const { id } = await t.addSession();
  const { turnId } = await t.startTurn(id);
  const repair = async (): Promise<WorkRepair> => ({ requeued: 1, dropped: 2, ended: [turnId] });
  const work = { ...tools.work, repair };
  assert.deepEqual(await checkWork({ ports, tools: { work }, signal }, null), allFixed(4));
  const state = (await t.store.turns.find(turnId))?.state;
  assert.ok(state?.status === "failed");
  assert.equal(state.error.code, "worker_lost");
});

test("deletes records of warm sandboxes whose worker does not exist", async () => {
  const [lost, kept] = [await t.addSession(), await t.addSession()];
  const workerId = newId();
  await t.database.pool.query(
    "insert into workers (id, host, started_at, heartbeat_at) values ($1, 'here', now(), now())",
    [workerId],
  );
  const { warmSandboxRecords } = t.store;
  await warmSandboxRecords.save({ sessionId: lost.id, workerId: newId(), until: someTime });
  await warmSandboxRecords.save({ sessionId: kept.id, workerId, until: someTime });
  assert.deepEqual(await run(checkWarmSandboxes), allFixed(1));
  assert.equal(await warmSandboxRecords.find(lost.id), null);
  assert.equal((await warmSandboxRecords.find(kept.id))?.workerId, workerId);
});

async function putBlob(): Promise<string> {
  const bytes = async function* () {
    yield Buffer.from("x");
  };
  const owner = { organizationId: t.organizationId, kind: "workspace" } as const;
  return (await stored.blobs.put(owner, bytes(), { maxBytes: 10 })).id;
}

/** Saves files of a new session. Returns the ID of the session, and a function that removes their bytes from the store. */
async function saveFiles() {
  const lease = await t.startTurn((await t.addSession()).id);
  const [workspaceBlobId, homeBlobId] = [await putBlob(), await putBlob()];
  const files = { tier: "changes", workspaceBlobId, homeBlobId, savedAt: someTime } as const;
  await t.store.transaction((tx) => tx.savedWorkspaces.saveFiles(lease, newId(), files));
  const place = { organizationId: t.organizationId, kind: "workspace", id: homeBlobId } as const;
  return { sessionId: lease.sessionId, lose: () => stored.blobStore.delete([keyOf(place)]) };
}

test("marks the files of a session as not saved if their bytes are missing", async () => {
  const sessions = await Promise.all(Array.from({ length: 5 }, saveFiles));
  assert.deepEqual(await run(checkBlobs), allFixed(0), "control");
  await sessions[0]!.lose();
  assert.deepEqual(await run(checkBlobs), allFixed(1));
  const found = async (index: number) => t.store.savedWorkspaces.find(sessions[index]!.sessionId);
  const lost = await found(0);
  assert.deepEqual([lost?.saved, lost?.isCurrent], [null, false]);
  assert.ok((await found(1))?.saved);
  assert.deepEqual(await run(checkBlobs), allFixed(0));
});

test("only reports missing bytes if the store as a whole seems to be wrong", async () => {
  const sessions = await Promise.all(Array.from({ length: 3 }, saveFiles));
  for (const { lose } of sessions) await lose();
  const { found, fixed, openItems } = await run(checkBlobs);
  assert.deepEqual([found, fixed, openItems.length], [3, 0, 3]);
  assert.match(openItems[0]!, /^workspace [0-9a-f-]{36}$/);
  await Promise.all(Array.from({ length: 12 }, saveFiles));
  assert.equal((await run(checkBlobs)).fixed, 0, "the oldest ones are missing");
  for (const { sessionId } of sessions) assert.ok((await t.store.savedWorkspaces.find(sessionId))?.saved);
});

async function addPullRequest(
  number: number,
  reported: Partial<ForgePullRequest> | null,
  change: Parameters<TestStore["addRepository"]>[0] = {},
) {
  const repository = await t.addRepository(change);
  const { id: sessionId } = await t.addSession({}, [repository]);
  await t.store.pullRequests.save(
    await t.startTurn(sessionId),
    aPullRequest({ organizationId: t.organizationId, sessionId, repositoryId: repository.id, number }),
  );
  const same = { number, headSha: "b".repeat(40), head: "tembo/fix-the-login", updatedAt: someTime };
  if (reported !== null) memory.pullRequests.set(number, aForgePullRequest({ ...same, ...reported }));
  return async () => (await t.store.pullRequests.findByNumber(repository.id, number))!;
}

test("handles changes of pull requests whose events were missed, and reports those that are gone", async () => {
  const merged = await addPullRequest(101, { status: "merged", mergedAt: someTime });
  const pushed = await addPullRequest(102, { headSha: "c".repeat(40) });
  const same = await addPullRequest(103, {});
  const gone = await addPullRequest(104, null);
  const result = await run(checkPullRequests);
  const { url } = await gone();
  assert.deepEqual(result, { found: 3, fixed: 2, openItems: [url], cursor: null });
  assert.deepEqual([(await merged()).status, (await pushed()).headSha], ["merged", "c".repeat(40)]);
  assert.deepEqual([(await same()).status, (await gone()).status], ["open", "open"]);
  assert.deepEqual((await run(checkPullRequests)).fixed, 0);
});

test("skips a forge that fails or has used half of its rate limit", async () => {
  const merged = await addPullRequest(105, { status: "merged", mergedAt: someTime });
  const bucket = { limit: 100, remaining: 49, used: 51, resetAt: someTime };
  const { rateLimit } = memory.forge;
  Object.assign(memory.forge, { rateLimit: async () => ({ core: bucket, graphql: null, search: null }) });
  assert.deepEqual(await run(checkPullRequests), allFixed(0));
  Object.assign(memory.forge, { rateLimit });
  memory.failing.set("findPullRequestByNumber", new AppError("forge_failed", "The forge is not available."));
  assert.deepEqual(await run(checkPullRequests), allFixed(0));
  memory.failing.clear();
  assert.equal((await merged()).status, "open");
  assert.equal((await run(checkPullRequests)).fixed, 1, "control");
});

const merge = { status: "merged", mergedAt: someTime } as const;

/** Adds repositories of another forge. `find` replaces its search for pull requests. */
async function otherForge(find: Forge["findPullRequestByNumber"]) {
  const integration = await addIntegration(ports, { organizationId: t.organizationId, secret: "secret" });
  const forge: Forge = { ...memory.forge, findPullRequestByNumber: find };
  Object.assign(ports.forges, { github: { connect: () => forge } });
  return () => ({ forge: "github", integrationId: integration.id, externalId: newId() }) as const;
}

test("compares other repositories although one fails, for whatever reason", async () => {
  const codes = ["forge_unauthorized", "conflict", "internal"] as const;
  const failing = new Map(codes.map((code, index) => [200 + index, new AppError(code, "It fails.")]));
  const other = await otherForge(async (repository, number) => {
    const error = failing.get(number);
    if (error !== undefined) throw error;
    return memory.forge.findPullRequestByNumber(repository, number);
  });
  for (const number of failing.keys()) await addPullRequest(number, merge, other());
  const merged = await addPullRequest(210, merge, other());
  assert.equal((await run(checkPullRequests)).fixed, 1);
  assert.equal((await merged()).status, "merged");
  failing.clear();
  assert.equal((await run(checkPullRequests)).fixed, 3, "control");
});

test("limits requests to a slow forge to a minute, and resumes there in the next run if all forges are slow", async () => {
  let ms = 0;
  const asked: number[] = [];
  const other = await otherForge(async (_, number) => {
    asked.push(number);
    t.clock.set(new Date(t.clock.now().getTime() + ms));
    return aForgePullRequest({ ...merge, number, updatedAt: t.clock.now() });
  });
  for (const number of [301, 302, 303]) await addPullRequest(number, null, other());
  const merged = await addPullRequest(304, merge);
  ms = forgeLimitMs / 2;
  assert.equal((await run(checkPullRequests)).fixed, 3);
  assert.deepEqual(asked, [301, 302]);
  assert.equal((await merged()).status, "merged");
  ms = runLimitMs;
  await addPullRequest(305, null, other());
  const { cursor, fixed } = await run(checkPullRequests);
  assert.deepEqual([fixed, asked], [1, [301, 302, 303]]);
  ms = 0;
  assert.deepEqual(await run(checkPullRequests, cursor), allFixed(1));
  assert.deepEqual(asked, [301, 302, 303, 305]);
});

test("returns the event type for each difference of a pull request", () => {
  const known = { headSha: "b".repeat(40), baseBranch: "main", isDraft: false };
  const same = { status: "open", headSha: "b".repeat(40), base: "main", isDraft: false } as const;
  assert.deepEqual(
    [
      same,
      { ...same, headSha: "bbbbbbb" },
      { ...same, status: "closed" },
      { ...same, status: "merged" },
      { ...same, headSha: "c".repeat(40) },
      { ...same, base: "next" },
      { ...same, isDraft: true },
    ].map((reported) => differenceOf(known, reported as typeof same)?.replace("pullRequest.", "") ?? null),
    [null, null, "closed", "merged", "synchronized", "updated", "updated"],
  );
});

test("stores the results, and continues where the last run ended", async () => {
  const cursors: (string | null)[] = [];
  const next = newId();
  const check: Check = async (_, cursor) => {
    cursors.push(cursor);
    const openItems = Array.from({ length: 30 }, (_, index) => `item ${index}`);
    return { found: 31, fixed: 1, openItems, cursor: cursor === null ? next : null };
  };
  for (let count = 0; count < 3; count += 1)
    await runCheck({ ports, tools: memoryTools().tools }, "test", check);
  assert.deepEqual(cursors, [null, next, null]);
  const result = await t.store.reconcile.find("test");
  assert.deepEqual([result?.found, result?.fixed, result?.openItems.length], [31, 1, 20]);
});

test("adds the results of all runs of a check, and keeps the earlier ones until it is complete", async () => {
  const results: CheckResult[] = [
    { found: 2, fixed: 1, openItems: ["first"], cursor: newId() },
    { found: 1, fixed: 1, openItems: [], cursor: newId() },
    { found: 1, fixed: 0, openItems: ["last"], cursor: null },
    { found: 0, fixed: 0, openItems: [], cursor: newId() },
    { found: 1, fixed: 0, openItems: ["last"], cursor: null },
  ];
  const seen = [];
  for (const result of results) {
    await runCheck({ ports, tools }, "pages", async () => result);
    const { found, fixed, openItems, earlierItems } = (await t.store.reconcile.find("pages"))!;
    seen.push([found, fixed, openItems.join(), earlierItems.join()]);
  }
  assert.deepEqual(seen, [
    [2, 1, "first", ""],
    [3, 2, "first", ""],
    [4, 2, "first,last", ""],
    [0, 0, "", "first,last"],
    [1, 0, "last", ""],
  ]);
});

test("runs every check as a job", async () => {
  await reconcile({ ports, tools: memoryTools().tools });
  for (const name of Object.keys(checks)) assert.ok(await t.store.reconcile.find(name), name);
});
