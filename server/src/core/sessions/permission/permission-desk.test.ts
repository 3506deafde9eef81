import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { overlap } from "../../../testing/race.ts";
import { openTestStore, type TestStore } from "../../../testing/test-store.ts";
import type { PermissionPolicy } from "../../accounts/index.ts";
import { createMasker } from "../../base/index.ts";
import type { Ports } from "../../ports.ts";
import { answerPermission } from "../ask/answer-ask.ts";
import { defaultMessageOptions } from "../session/read-agent-options.ts";
import type { TurnRecord } from "../turn-record/turn-record.ts";
import { createPermissionDesk } from "./create-permission-desk.ts";
import { defaultPermissionPolicy } from "./permission-policy.ts";
import { setPermissionPolicy } from "./set-permission-policy.ts";

let t: TestStore;
before(async () => {
  t = await openTestStore();
});
after(() => t.drop());

const never = new AbortController().signal;
const withRules = (rules: Partial<PermissionPolicy["rules"]>): PermissionPolicy => ({
  ...defaultPermissionPolicy,
  rules: { ...defaultPermissionPolicy.rules, ...rules },
});

const contexts = new Map<string, TurnRecord>();

async function aDesk(permissionPolicy: PermissionPolicy, mode: "build" | "plan" = "build") {
  const added = await t.addSession({ options: { ...defaultMessageOptions, mode } });
  const lease = await t.startTurn(added.id);
  const turn = (await t.store.turns.find(lease.turnId))!;
  const context = {
    ports: { store: t.store, clock: t.clock } as unknown as Ports,
    session: added,
    lease,
    turn,
    message: await t.store.messages.get(turn.messageId),
    masker: createMasker([]),
    organization: { permissionPolicy },
  } as unknown as TurnRecord;
  contexts.set(lease.turnId, context);
  const readEvents = async () => {
    const events = await t.store.events.list(added.id, { afterSeq: 0, limit: 1_000 });
    return events.map(({ data }) => data);
  };
  return { desk: createPermissionDesk(context), readEvents, lease };
}

const request = (kind: keyof PermissionPolicy["rules"], input: string | null = null) => ({
  toolCallId: "c",
  title: "It",
  kind,
  input,
});

test("creates no permission desk when everything is allowed, except in plan mode", async () => {
  assert.equal((await aDesk(defaultPermissionPolicy)).desk, null);
  assert.notEqual((await aDesk(defaultPermissionPolicy, "plan")).desk, null);
});

test("records denied requests but not allowed ones", async () => {
  const { desk, readEvents } = await aDesk(withRules({ execute: "deny" }));
  assert.equal(await desk!(request("edit"), never), "allow");
  assert.equal(await desk!(request("execute"), never), "deny");
  const [event, ...others] = await readEvents();
  assert.ok(event?.type === "permission.answered" && event.by === "policy" && others.length === 0);
});

test("stores the submitted plan, and denies the request to leave plan mode", async () => {
  const { desk, lease } = await aDesk(defaultPermissionPolicy, "plan");
  assert.equal(await desk!(request("leavePlan", '{"plan":"# So"}'), never), "deny");
  const plan = await t.store.plans.ofTurn(lease.turnId);
  assert.equal(plan?.artifact.content, "# So");
  assert.equal(plan?.isAskedFor, true);
  assert.equal(await desk!(request("edit"), never), "allow", "the sandbox already protects the workspace");
});

test("allows a kind that a person allowed for the session, unless the policy denies it", async () => {
  const { desk, lease } = await aDesk(withRules({ execute: "ask", fetch: "ask" }));
  const name = { organizationId: t.organizationId, sessionId: lease.sessionId, userId: t.userId };
  const first = desk!(request("execute"), never);
  const askId = await openAsk(lease.turnId);
  const answer = { decision: "allow", comment: null, isForSession: true } as const;
  await answerPermission(t, { ...name, askId }, answer);
  assert.equal(await first, "allow");
  assert.equal(await desk!(request("execute"), never), "allow", "no further request");
  const gone = new AbortController();
  const other = desk!(request("fetch"), gone.signal);
  await openAsk(lease.turnId);
  gone.abort();
  assert.equal(await other, "deny", "another kind needs its own answer");
  const later = (permissionPolicy: PermissionPolicy) =>
    createPermissionDesk({
      ...contexts.get(lease.turnId)!,
      organization: { permissionPolicy },
    } as TurnRecord)!;
  assert.equal(await later(withRules({ execute: "deny" }))(request("execute"), never), "deny");
  assert.equal(await later(withRules({ execute: "ask" }))(request("execute"), never), "allow", "control");
});

/** Waits until the turn has an open request, and returns its ID. */
async function openAsk(turnId: string): Promise<string> {
  const { session } = contexts.get(turnId)!;
  for await (const _ of t.store.followEvents(session.id, 0, never)) {
    const [ask] = await t.store.asks.openOfTurn(turnId);
    if (ask !== undefined) return ask.id;
  }
  throw new Error("no request was stored");
}

test("stops recording denials after 500 requests", async () => {
  const { desk, readEvents } = await aDesk(withRules({ fetch: "deny" }));
  for (let count = 0; count < 501; count += 1) assert.equal(await desk!(request("fetch"), never), "deny");
  assert.equal((await readEvents()).length, 500);
});

test("denies requests beyond twenty open questions", async () => {
  const { desk, readEvents } = await aDesk(withRules({ fetch: "ask" }));
  const gone = new AbortController();
  const decisions = Array.from({ length: 21 }, () => desk!(request("fetch"), gone.signal));
  // Any of them can be the last to find no place.
  assert.equal(await Promise.race(decisions), "deny");
  gone.abort();
  assert.ok((await Promise.all(decisions)).every((decision) => decision === "deny"));
  const asked = (await readEvents()).filter(({ type }) => type === "permission.requested");
  assert.equal(asked.length, 20);
});

test("keeps the rules of two concurrent policy updates", async () => {
  const organizationId = await t.addOrganization();
  const set = (rules: Partial<PermissionPolicy["rules"]>) => (store: typeof t.store) =>
    setPermissionPolicy({ store }, organizationId, { rules });
  const policy = await overlap(t, set({ fetch: "deny" }), set({ edit: "ask" }));
  assert.deepEqual(policy, withRules({ fetch: "deny", edit: "ask" }));
  assert.deepEqual((await t.store.organizations.find(organizationId))?.permissionPolicy, policy);
});

test("leaves policy fields unchanged that an update omits, and rejects an invalid timeout", async () => {
  const { organizationId, store } = t;
  await setPermissionPolicy({ store }, organizationId, { rules: { edit: "ask" }, timeoutSeconds: 5 });
  const policy = await setPermissionPolicy({ store }, organizationId, { onTimeout: "allow" });
  assert.deepEqual(policy, { ...withRules({ edit: "ask" }), timeoutSeconds: 5, onTimeout: "allow" });
  assert.deepEqual((await store.organizations.find(organizationId))?.permissionPolicy, policy);
  for (const timeoutSeconds of [0, 86_401, Number.NaN])
    await assert.rejects(setPermissionPolicy({ store }, organizationId, { timeoutSeconds }), {
      code: "invalid_input",
    });
});
