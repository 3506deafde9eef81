import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { modelProviders } from "../../../../broker/model/provider/plug-ins.ts";
import { aPullRequest, openTestStore, someTime, type TestStore } from "../../../../testing/test-store.ts";
import {
  AppError,
  createLogMask,
  ignoreMeasurements,
  ignoreSpans,
  type Measurement,
  newId,
  type Span,
} from "../../../base/index.ts";
import type { Ports } from "../../../ports.ts";
import type { Session } from "../../../sessions/index.ts";
import { aProject } from "../../../sessions/project/testing/a-project.ts";
import { claudeCodeInfo } from "../../../sessions/session/testing/claude-code-info.ts";
import { notStarted } from "../../service/session-service.ts";
import { claimTurn } from "./claim-turn.ts";

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

function portsWith(open: () => string): Ports {
  const log = { info() {}, warn() {}, error() {} };
  const { store, clock } = t;
  const engine = { enqueueTurn: async () => {} };
  return {
    store,
    clock,
    engine,
    log,
    logMask: createLogMask(),
    measure: ignoreMeasurements,
    trace: ignoreSpans,
    vault: { open },
    forges: {},
    modelProviders,
    harnesses: { list: () => [claudeCodeInfo] },
    settings: { operatorProviders: [] },
  } as unknown as Ports;
}

async function aTurn(change: Partial<Session> = {}) {
  const session = await t.addSession({ organizationId: t.organizationId, ...change });
  return { session, turnId: await t.addTurn(session.id) };
}

/** Assigns a review thread to the turn by its message. Returns the ID of the pull request. */
async function assignThread(session: Session, turnId: string): Promise<string> {
  const turn = await t.store.turns.find(turnId);
  await t.store.messages.setTurn(turn!.messageId, turnId);
  const { organizationId } = session;
  const { id: repositoryId } = await t.addRepository();
  const pullRequest = aPullRequest({ organizationId, sessionId: session.id, repositoryId });
  const lease = await t.startTurn((await t.addSession({ organizationId })).id);
  await t.store.pullRequests.save(lease, pullRequest);
  await t.store.assignedThreads.insert([
    {
      ...{ messageId: turn!.messageId, pullRequestId: pullRequest.id, threadId: "t", commentId: "1" },
      ...{ position: 0, place: "a.txt:1", answer: null, isFixed: false, commitSha: null, reason: null },
      ...{ repliedAt: null, resolvedAt: null, createdAt: someTime },
    },
  ]);
  return pullRequest.id;
}

test("fails a turn when its secrets cannot be decrypted, and reports the reason", async () => {
  const { session, turnId } = await aTurn();
  const ports = portsWith(() => {
    throw new AppError("internal", "The master key k is not in the file.");
  });
  const pullRequestId = await assignThread(session, turnId);
  assert.equal(await claimTurn(ports, turnId), null);
  const [thread] = await t.store.assignedThreads.ofPullRequest(pullRequestId);
  assert.match(String(thread?.reason), /^The turn failed before it could reply/);
  const turn = await t.store.turns.find(turnId);
  assert.equal(turn?.state.status, "failed");
  const events = await t.store.events.list(session.id, { afterSeq: 0, limit: 100 });
  const end = events.map(({ data }) => data).find(({ type }) => type === "turn.failed");
  assert.ok(end?.type === "turn.failed" && /master key k/.test(end.error.message), JSON.stringify(events));
});

test("leaves the turn running when the database is unavailable so that the claim is retried", async () => {
  const { turnId } = await aTurn();
  const ports = portsWith(() => {
    throw new AppError("unavailable", "The database is not reachable.");
  });
  await assert.rejects(claimTurn(ports, turnId), { code: "unavailable" });
  assert.equal((await t.store.turns.find(turnId))?.state.status, "running");
});

test("control: adds decrypted secrets to the environment, and masks them", async () => {
  const { turnId } = await aTurn();
  const context = await claimTurn(
    portsWith(() => "sesame-open-42"),
    turnId,
  );
  assert.deepEqual(context?.secrets.environment, { TOKEN: "sesame-open-42" });
  assert.equal(context?.masker.mask("it is sesame-open-42"), "it is [secret TOKEN]");
});

test("records the missing turn.started event once when the worker died before recording it", async () => {
  const { session, turnId } = await aTurn();
  await t.store.turns.claim(turnId, t.clock.now());
  const ports = portsWith(() => "sesame-open-42");
  await claimTurn(ports, turnId);
  await claimTurn(ports, turnId);
  const events = await t.store.events.list(session.id, { afterSeq: 0, limit: 100 });
  const types = events.map(({ data }) => data.type);
  assert.deepEqual(types, ["turn.started", "turn.resumed", "turn.resumed"]);
});

test("measures and traces the wait of a turn at its first claim only", async () => {
  const { session, turnId } = await aTurn();
  const measured: Measurement[] = [];
  const spans: unknown[] = [];
  const ports = {
    ...portsWith(() => "sesame-open-42"),
    clock: { now: () => new Date(someTime.getTime() + 1_500) },
    measure: (one: Measurement) => void measured.push(one),
    trace: ({ name, startedAt, endedAt }: Span) =>
      void spans.push([name, endedAt.getTime() - startedAt.getTime()]),
  };
  await claimTurn(ports, turnId);
  await claimTurn(ports, turnId);
  assert.deepEqual(measured, [{ kind: "turnClaimed", harness: session.harness, waitedMs: 1_500 }]);
  assert.deepEqual(spans, [["wait", 1_500]]);
});

test("records the services of a lost worker as stopped before the work begins", async () => {
  const project = aProject({ organizationId: t.organizationId });
  await t.store.projects.insert(project);
  const { session, turnId } = await aTurn({ projectId: project.id });
  const ports = portsWith(() => "sesame-open-42");
  const { lease } = (await claimTurn(ports, turnId))!;
  const sandboxId = newId();
  const service = notStarted({ name: "db", command: "postgres", ready: null });
  await t.store.transaction((tx) => tx.services.begin(lease, sandboxId, [service]));
  const change = {
    state: "ready",
    changedAt: someTime,
    startedAt: someTime,
    readyMs: 5,
    exitCode: null,
  } as const;
  const key = { sessionId: session.id, sandboxId, name: "db" };
  await t.store.services.report(key, { change, entries: [] }, 1_000);
  const stateOf = async () => (await t.store.services.find(session.id, "db"))?.state;
  assert.equal(await stateOf(), "ready");
  await claimTurn(ports, turnId);
  assert.equal(await stateOf(), "stopped");
});
