import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openScene, type Scene } from "../../../testing/scene.ts";
import { someTime } from "../../../testing/test-store.ts";
import { hashToken } from "../../accounts/index.ts";
import {
  formatTraceparent,
  type Measurement,
  newId,
  newSpanId,
  newTraceId,
  type Span,
} from "../../base/index.ts";
import { claimTurn } from "../turn/claim/claim-turn.ts";
import { WakeSignal } from "../turn/claim/wake-signal.ts";
import { TurnInterrupt } from "../turn/interrupt.ts";
import { measurePhase } from "../turn/measure-phase.ts";
import { settleTurn } from "../turn/settle-turn.ts";
import type { PublishedWork } from "../turn/steps/publish-work.ts";
import { tracePart } from "../turn/trace-part.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { type StepRunner, type TurnSignals, workTurn } from "./work-turn.ts";

let scene: Scene;
const errors: string[] = [];
const infos: object[] = [];

before(async () => {
  scene = await openScene({
    warmSandboxes: { release: async () => {}, stop: async () => {} },
    log: {
      info: (fields: object, message: string) => void infos.push({ message, ...fields }),
      error: (_: object, message: string) => void errors.push(message),
    },
  });
});
after(() => scene.drop());

const typesOf = async (sessionId: string) => (await scene.eventsOf(sessionId)).map(({ data }) => data.type);
const readLastEvent = async (sessionId: string) => (await scene.eventsOf(sessionId)).at(-1)!.data;

/** Replays the recorded outcome of each step, as the engine does. Runs the steps `settle` and `reply`. */
const replay =
  (outcomes: Readonly<Record<string, unknown>>, taken: string[] = []): StepRunner =>
  async (name, step) => {
    taken.push(name);
    if (name === "settle" || name === "reply") return step();
    assert.ok(name in outcomes, `unexpected step ${name}`);
    return outcomes[name] as Awaited<ReturnType<typeof step>>;
  };
const forReal: StepRunner = (_name, step) => step();

const done = (value: unknown = null) => ({ kind: "done", value });
const failed = { kind: "failed", error: { code: "harness_failed", message: "The harness ended." } };
const stopped = { kind: "stopped" };
const published = (change: Partial<PublishedWork> = {}) =>
  done({ pullRequests: 1, pushed: [], branches: ["app: tembo/go"], rescued: [], ...change });
const calm: TurnSignals = {
  stop: new AbortController().signal,
  work: new AbortController().signal,
  steering: new WakeSignal(),
  onPrompt: () => {},
};
const checked = (toFix: readonly string[] = []) => done({ heads: null, toMend: toFix });
const begun = { provision: done({}), setUp: done() };
const changed = { ...begun, work: done(), commit: done({ r: "sha" }), prePush: checked() };
const fixing = {
  ...changed,
  prePush: checked(["npm test"]),
  "mend:1": done(),
  "commit:1": done({ r: "mended" }),
};

interface Ending {
  readonly expectedMessage: RegExp;
  readonly status: "completed" | "failed" | "cancelled";
  readonly steps: Readonly<Record<string, unknown>>;
}
const endings: Readonly<Record<string, Ending>> = {
  "one pull request": {
    status: "completed",
    expectedMessage: /^Finished\. The changes are in the pull request\.$/,
    steps: { ...changed, publish: published() },
  },
  "two pull requests": {
    status: "completed",
    expectedMessage: /2 pull requests/,
    steps: { ...changed, publish: published({ pullRequests: 2 }) },
  },
  "a branch without a pull request": {
    status: "completed",
    expectedMessage: /The changes are on app: tembo\/go/,
    steps: { ...changed, publish: published({ pullRequests: 0 }) },
  },
  "no change": {
    status: "completed",
    expectedMessage: /without changes/,
    steps: {
      ...begun,
      work: done(),
      commit: done({}),
      publish: published({ pullRequests: 0, branches: [] }),
    },
  },
  "a conflict": {
    status: "failed",
    expectedMessage: /conflict with the work.*app: rescue/,
    steps: { ...changed, publish: published({ rescued: ["app: rescue"] }) },
  },
  "a failure that keeps the work": {
    status: "failed",
    expectedMessage: /^The harness ended\. The work so far is on app: tembo\/go\.$/,
    steps: { ...begun, work: failed, commit: done({ r: "sha" }), publish: published({ pullRequests: 0 }) },
  },
  "a failure before any change": {
    status: "failed",
    expectedMessage: /^The harness ended\.$/,
    steps: { ...begun, work: failed, commit: done({}), publish: published({ branches: [] }) },
  },
  "a failure while preparing": {
    status: "failed",
    expectedMessage: /^The harness ended\.$/,
    steps: { provision: failed },
  },
  "a failing hook": {
    status: "failed",
    expectedMessage: /^The harness ended\.$/,
    steps: { provision: done({}), setUp: failed },
  },
  "a failing commit": {
    status: "failed",
    expectedMessage: /^The harness ended\.$/,
    steps: { ...begun, work: done(), commit: failed },
  },
  "pre-push hooks that cannot run, and saves the work": {
    status: "failed",
    expectedMessage: /^The harness ended\. The work so far is on app: tembo\/go\.$/,
    steps: { ...changed, prePush: failed, publish: published({ pullRequests: 0 }) },
  },
  "hooks that were fixed": {
    status: "completed",
    expectedMessage: /^Finished\. The changes are in the pull request\.$/,
    steps: { ...fixing, "prePush:2": checked(), publish: published() },
  },
  "hooks that could not be fixed, and pushes the work": {
    status: "completed",
    expectedMessage: /^Finished\. The changes are in the pull request\.$/,
    steps: {
      ...fixing,
      "prePush:2": checked(["npm test"]),
      "mend:2": done(),
      "commit:2": done({ r: "again" }),
      "prePush:3": checked(["npm test"]),
      "mend:3": done(),
      "commit:3": done({ r: "and again" }),
      "prePush:4": checked(["npm test"]),
      publish: published(),
    },
  },
  "a harness that failed while fixing, and saves the work": {
    status: "failed",
    expectedMessage: /^The harness ended\. The work so far is on app: tembo\/go\.$/,
    steps: { ...fixing, "mend:1": failed, publish: published({ pullRequests: 0 }) },
  },
  "a stop while fixing": {
    status: "cancelled",
    expectedMessage: /remains in the workspace/,
    steps: { ...changed, prePush: checked(["npm test"]), "mend:1": stopped },
  },
  "a failing push": {
    status: "failed",
    expectedMessage: /^The harness ended\.$/,
    steps: { ...changed, publish: failed },
  },
  "a stop while preparing": {
    status: "cancelled",
    expectedMessage: /remains in the workspace/,
    steps: { provision: stopped },
  },
  "a stop while working": {
    status: "cancelled",
    expectedMessage: /remains in the workspace/,
    steps: { ...begun, work: stopped },
  },
  "a stop while publishing": {
    status: "cancelled",
    expectedMessage: /remains in the workspace/,
    steps: { ...changed, publish: stopped },
  },
};

describe("a turn ends with", () => {
  for (const [name, { status, expectedMessage, steps }] of Object.entries(endings)) {
    test(name, async () => {
      const context = await scene.working();
      const taken: string[] = [];
      await workTurn(context, calm, replay(steps, taken));
      assert.deepEqual(taken, [...Object.keys(steps), "reply", "settle"]);
      const end = await readLastEvent(context.session.id);
      assert.equal(end.type, `turn.${status}`);
      assert.match(
        "error" in end ? end.error.message : (end as { message: string }).message,
        expectedMessage,
      );
      assert.equal((await scene.t.store.sessions.get(context.session.id)).status, status);
    });
  }
});

/** Creates a session by an API request and claims its turn. Returns all spans of the turn's context. */
async function requested() {
  const { t, ports } = scene;
  const keyId = newId();
  const times = { createdAt: someTime, updatedAt: someTime, lastUsedAt: null };
  await t.store.apiKeys.insert(
    {
      ...{ id: keyId, organizationId: t.organizationId, userId: t.userId },
      ...{ name: null, tokenPreview: "tembo_…", ...times },
    },
    hashToken(keyId),
  );
  const requestSpan = { traceId: newTraceId(), spanId: newSpanId() };
  const request = { id: "proxy-7", traceparent: formatTraceparent(requestSpan) };
  await scene.create({ prompt: "Open sesame.", origin: { kind: "key", keyId, request } });
  const { context, spans } = traced((await claimTurn(ports, scene.enqueued.at(-1)!))!);
  return { context, spans, requestSpan, keyId };
}

function traced(claimed: TurnContext) {
  const spans: Span[] = [];
  const ports = { ...claimed.ports, trace: (span: Span) => void spans.push(span) };
  return { context: { ...claimed, ports }, spans };
}

test("logs the start and the end of a turn with IDs, the sender and the cost, but without the prompt", async () => {
  const { context, requestSpan, keyId } = await requested();
  infos.length = 0;
  await workTurn(context, calm, replay(endings["a failure while preparing"]!.steps));
  const { session, turn, message, lease } = context;
  const { harness, model, provider } = session;
  const ids = {
    organizationId: session.organizationId,
    sessionId: session.id,
    turnId: turn.id,
    messageId: message.id,
    attempt: lease.attempt,
    ...{ source: "api", sentByUserId: scene.t.userId, sentByKeyId: keyId },
    ...{ requestId: "proxy-7", traceId: requestSpan.traceId },
    ...{ harness, model, provider },
  };
  assert.deepEqual(infos, [
    {
      message: "a turn started",
      ...ids,
      repositories: context.checkouts.map(({ repository }) => repository.id),
    },
    {
      message: "a turn ended",
      ...ids,
      status: "failed",
      code: "harness_failed",
      durationMs: 0,
      requests: 0,
      inputTokens: 0,
      outputTokens: 0,
      cachedInputTokens: 0,
      cacheWriteTokens: 0,
      costMicroUsd: 0,
      unpricedRequests: 0,
    },
  ]);
  assert.doesNotMatch(JSON.stringify(infos), /sesame/);
  assert.match(message.content, /sesame/, "control");
});

test("adds the IDs of a turn and its request to each line of the turn's log", async () => {
  const { context } = await requested();
  infos.length = 0;
  context.ports.log.info({ turnId: "own" }, "a line");
  context.ports.log.info({}, "another line");
  const { organizationId, id: sessionId } = context.session;
  const common = { organizationId, sessionId, attempt: 1, requestId: "proxy-7" };
  const lines = infos.map(({ traceId: _, ...line }: { traceId?: string }) => line);
  assert.deepEqual(lines, [
    { ...common, message: "a line", turnId: "own" },
    { ...common, message: "another line", turnId: context.turn.id },
  ]);
});

test("traces a turn and each step that runs, but not the steps of an earlier attempt", async () => {
  const { context, spans } = traced(await scene.working());
  await workTurn(context, calm, replay(endings["a failure while preparing"]!.steps));
  const { session, turn, message } = context;
  const traceId = turn.id.replaceAll("-", "");
  const rootId = traceId.slice(16);
  const common = { traceId, kind: "internal", startedAt: someTime, endedAt: someTime };
  const { spanId } = spans[0]!;
  assert.match(spanId, /^[0-9a-f]{16}$/);
  assert.deepEqual(spans, [
    {
      ...common,
      ...{ spanId, parentSpanId: rootId, name: "reply", errorCode: null },
      attributes: { "tembo.attempt": 1 },
    },
    {
      ...common,
      ...{ spanId: rootId, parentSpanId: null, name: "turn", errorCode: "harness_failed" },
      attributes: {
        "session.id": session.id,
        "gen_ai.agent.name": session.harness,
        "gen_ai.request.model": session.model,
        "gen_ai.provider.name": "anthropic",
        "gen_ai.usage.input_tokens": 0,
        "gen_ai.usage.output_tokens": 0,
        "gen_ai.usage.cache_read.input_tokens": 0,
        "gen_ai.usage.cache_creation.input_tokens": 0,
        "tembo.organization.id": session.organizationId,
        "tembo.turn.id": turn.id,
        "tembo.turn.status": "failed",
        "tembo.message.id": message.id,
        "tembo.source": "session",
        "tembo.attempt": 1,
        "tembo.usage.requests": 0,
        "tembo.usage.unpriced_requests": 0,
        "tembo.usage.cost_micro_usd": 0,
      },
    },
  ]);
  spans.length = 0;
  const stop = AbortSignal.abort(new TurnInterrupt("stopped"));
  await workTurn(context, { ...calm, stop, work: stop }, forReal);
  assert.deepEqual(
    spans.map(({ name, errorCode }) => [name, errorCode]),
    [
      ["provision", null],
      ["reply", null],
    ],
    "control: traces a step that runs, and an ended turn no second time",
  );
});

test("continues the trace of the request, with its ID and its sender", async () => {
  const { context, spans, requestSpan, keyId } = await requested();
  const { usage } = scene.t.store;
  const owner = { ...context.lease, organizationId: context.session.organizationId };
  const tokens = { inputTokens: 1, outputTokens: 2, cachedInputTokens: 3, cacheWriteTokens: 4 };
  await usage.add(owner, { answerId: newId(), model: "m", ...tokens, costMicroUsd: 5 }, someTime);
  await workTurn(context, calm, replay(endings["a failure while preparing"]!.steps));
  assert.deepEqual(new Set(spans.map(({ traceId }) => traceId)), new Set([requestSpan.traceId]));
  const root = spans.find(({ name }) => name === "turn")!;
  assert.equal(root.parentSpanId, requestSpan.spanId);
  const named = {
    "user.id": scene.t.userId,
    "tembo.key.id": keyId,
    "tembo.request.id": "proxy-7",
    "tembo.source": "api",
    "gen_ai.usage.input_tokens": 8,
    "gen_ai.usage.output_tokens": 2,
    "gen_ai.usage.cache_read.input_tokens": 3,
    "gen_ai.usage.cache_creation.input_tokens": 4,
    "tembo.usage.cost_micro_usd": 5,
  };
  assert.deepEqual(Object.fromEntries(Object.keys(named).map((key) => [key, root.attributes[key]])), named);
  assert.doesNotMatch(JSON.stringify(spans), /sesame/);
});

test("adds the phases of the start below their step, with the error of a phase that fails", async () => {
  const { context, spans } = traced(await scene.working());
  // The scene has no workspaces, so the phase fails.
  await workTurn(context, calm, forReal);
  const byName = new Map(spans.map((span) => [span.name, span]));
  assert.deepEqual([...byName.keys()], ["start.provision", "provision", "reply", "turn"]);
  const { "start.provision": phase, provision, turn } = Object.fromEntries(byName);
  assert.deepEqual([phase!.errorCode, provision!.errorCode], ["internal", "internal"]);
  assert.equal(phase!.parentSpanId, provision!.spanId);
  assert.equal(provision!.parentSpanId, turn!.spanId);
});

test("adds the spans of the work of a phase below the phase", async () => {
  const { context, spans } = traced(await scene.working());
  await measurePhase(context, "sandbox", async (within) => tracePart(within, "part", someTime));
  const [part, phase] = spans;
  assert.deepEqual([part!.name, phase!.name], ["part", "start.sandbox"]);
  assert.equal(part!.parentSpanId, phase!.spanId);
  tracePart(context, "control", someTime);
  assert.equal(spans.at(-1)!.parentSpanId, phase!.parentSpanId);
});

test("ends the span of a step that another worker continues", async () => {
  const { context, spans } = traced(await scene.working());
  const stop = AbortSignal.abort(new TurnInterrupt("handedBack"));
  await assert.rejects(workTurn(context, { ...calm, stop, work: stop }, forReal), TurnInterrupt);
  assert.deepEqual(
    spans.map(({ name, errorCode }) => [name, errorCode]),
    [["provision", "handedBack"]],
  );
});

test("measures and logs the end of a turn once, also if its step runs twice", async () => {
  const context = await scene.working();
  const { usage } = scene.t.store;
  const owner = { ...context.lease, organizationId: context.session.organizationId };
  const tokens = { inputTokens: 1, outputTokens: 2, cachedInputTokens: 3, cacheWriteTokens: 4 };
  await usage.add(owner, { answerId: newId(), model: "m", ...tokens, costMicroUsd: 5 }, someTime);
  const measured: Measurement[] = [];
  const ports = { ...context.ports, measure: (one: Measurement) => void measured.push(one) };
  infos.length = 0;
  const ending = { status: "failed", error: { code: "turn_limit", message: "Too long." } } as const;
  await settleTurn({ ...context, ports }, ending);
  await settleTurn({ ...context, ports }, ending);
  const { harness } = context.session;
  assert.deepEqual(measured, [
    { kind: "turnEnded", harness, status: "failed", durationMs: 0 },
    { kind: "limitReached", limit: "time" },
  ]);
  assert.deepEqual(
    infos.map((info) => (info as { costMicroUsd?: number }).costMicroUsd),
    [5],
  );
});

describe("a turn that is interrupted", () => {
  const interrupted = (kind: TurnInterrupt["kind"], which: "both" | "work"): TurnSignals => {
    const cut = AbortSignal.abort(new TurnInterrupt(kind));
    return { ...calm, stop: which === "both" ? cut : calm.stop, work: cut };
  };

  test("by a person is cancelled", async () => {
    const context = await scene.working();
    await workTurn(context, interrupted("stopped", "both"), forReal);
    assert.equal((await readLastEvent(context.session.id)).type, "turn.cancelled");
  });

  test("by its time limit fails and names the setting", async () => {
    const context = await scene.working();
    await workTurn(context, interrupted("limit", "work"), forReal);
    const end = await readLastEvent(context.session.id);
    assert.ok(end.type === "turn.failed" && end.error.code === "turn_limit");
    assert.match(end.error.message, /TEMBO_TURN_LIMIT_MINUTES/);
  });

  test("by the shutdown of its worker throws, and records nothing", async () => {
    const context = await scene.working();
    const before = await typesOf(context.session.id);
    await assert.rejects(workTurn(context, interrupted("handedBack", "both"), forReal), TurnInterrupt);
    assert.deepEqual(await typesOf(context.session.id), before);
    assert.equal((await scene.t.store.turns.find(context.turn.id))?.state.status, "running");
  });

  test("by a later attempt throws and records nothing", async () => {
    const context = await scene.working();
    await scene.t.store.turns.claim(context.turn.id, scene.t.clock.now());
    const before = await typesOf(context.session.id);
    await assert.rejects(workTurn(context, calm, forReal), { code: "fenced" });
    assert.deepEqual(await typesOf(context.session.id), before);
  });

  test("by an unexpected error fails with its reason and logs it", async () => {
    const context = await scene.working();
    errors.length = 0;
    await workTurn(context, calm, forReal);
    const end = await readLastEvent(context.session.id);
    assert.ok(end.type === "turn.failed" && end.error.code === "internal", JSON.stringify(end));
    assert.match(end.error.message, /^An unexpected error occurred: .+\. See the server's log\.$/);
    assert.equal(errors.length, 1);
  });
});
