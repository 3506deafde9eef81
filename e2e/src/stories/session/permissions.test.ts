import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Tembo, {
  ConflictError,
  NotFoundError,
  type PermissionPolicyUpdate,
  type SessionEvent,
} from "@tembo-io/sdk";
import { type Edge, startEdge } from "../../support/api-edge.ts";
import { endings, ofType } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";

let world: Edge;
let organizationId: string;
let repositoryUrl: string;
let permissions: Tembo["session"]["permissions"];

before(async () => {
  world = await startEdge();
  ({ permissions } = world.client.session);
  organizationId = (await world.client.me.retrieve()).orgId!;
  repositoryUrl = (await world.repository("ask/app", { "a.txt": "1\n" })).url;
});
after(async () => {
  await world.close();
});

interface Asked {
  readonly permissionId: string;
  readonly kind: string;
  readonly input: string | null;
}
interface Answered {
  readonly permissionId: string;
  readonly decision: string;
  readonly by: string;
  readonly comment: string | null;
}
const requestsOf = (events: readonly SessionEvent[]) =>
  ofType(events, "permission.requested").map(({ eventData }) => eventData as unknown as Asked);
const answersOf = (events: readonly SessionEvent[]) =>
  ofType(events, "permission.answered").map(({ eventData }) => eventData as unknown as Answered);

const WORK = `SCRIPT(bash("echo done > ran.txt && echo it-ran"), say("That is all."))`;

async function start(policy: PermissionPolicyUpdate): Promise<string> {
  await world.client.organizations.permissionPolicy.update(organizationId, policy);
  const session = await world.client.session.create({
    prompt: `Run it. ${WORK}`,
    repositories: [repositoryUrl],
  });
  return session.id;
}

async function asked(sessionId: string): Promise<string> {
  const events = await world.until(sessionId, ({ eventType }) => eventType === "permission.requested");
  const [request] = requestsOf(events);
  assert.equal(request!.kind, "execute");
  assert.match(request!.input!, /it-ran/);
  return request!.permissionId;
}

async function ended(sessionId: string) {
  const events = await world.ended(sessionId);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  const answer = answersOf(events).at(-1);
  return { didRun: /it-ran/.test(resultsOf(events).join("\n")), answer };
}

test("runs a tool that a person allows, accepts the same answer again, and rejects a different one", async () => {
  const sessionId = await start({ rules: { execute: "ask" }, timeoutSeconds: 300 });
  const id = await asked(sessionId);
  const { items } = await permissions.list(sessionId, { open: true });
  assert.deepEqual(
    items.map((one) => one.id),
    [id],
  );
  const allow = { decision: "allow", comment: "Go on." } as const;
  const first = await permissions.answer(sessionId, id, allow);
  assert.deepEqual(await permissions.answer(sessionId, id, allow), first);
  await assert.rejects(permissions.answer(sessionId, id, { decision: "deny" }), ConflictError);
  const { didRun, answer } = await ended(sessionId);
  assert.ok(didRun);
  assert.equal(answer!.by, "person");
  assert.equal(answer!.comment, "Go on.");
  assert.deepEqual((await permissions.list(sessionId, { open: true })).items, []);
});

test("asks no further for a kind that a person allowed for the session, until the policy denies it", async () => {
  const commands = [1, 2, 3].map((n) => `bash("echo ran-${n} > ${n}; cat ${n}")`).join(", ");
  await world.client.organizations.permissionPolicy.update(organizationId, { rules: { execute: "ask" } });
  const { id } = await world.client.session.create({ prompt: `Run it. SCRIPT(${commands}, say("Done."))` });
  const isRequest = ({ eventType }: SessionEvent) => eventType === "permission.requested";
  const [first] = requestsOf(await world.until(id, isRequest));
  await permissions.answer(id, first!.permissionId, { decision: "allow", scope: "session" });
  const events = await world.ended(id);
  assert.equal(requestsOf(events).length, 1);
  assert.match(resultsOf(events).join("\n"), /ran-3/);
  const { items } = await permissions.list(id);
  const { userId } = await world.client.me.retrieve();
  assert.deepEqual(
    items.map(({ answer }) => [answer?.scope, answer?.userId]),
    [["session", userId]],
  );
  const again = async () => {
    const seen = await world.events(id);
    const [before, turns] = [seen.length, endings(seen).length];
    await world.client.messages.create({
      sessionId: id,
      content: `Again. SCRIPT(${commands}, say("Done."))`,
    });
    return (await world.ended(id, turns + 1)).slice(before);
  };
  const later = await again();
  assert.equal(requestsOf(later).length, 0, "a later turn does not ask either");
  await world.client.organizations.permissionPolicy.update(organizationId, { rules: { execute: "deny" } });
  const denied = answersOf(await again());
  assert.ok(denied.length > 0 && denied.every(({ decision, by }) => decision === "deny" && by === "policy"));
});

test("does not run a tool that a person denies, and continues the turn", async () => {
  const sessionId = await start({ rules: { execute: "ask" } });
  await permissions.answer(sessionId, await asked(sessionId), { decision: "deny" });
  const { didRun, answer } = await ended(sessionId);
  assert.ok(!didRun);
  assert.equal(answer!.decision, "deny");
});

test("applies the policy's default on timeout, and rejects a later answer", async () => {
  for (const onTimeout of ["allow", "deny"] as const) {
    const sessionId = await start({ rules: { execute: "ask" }, timeoutSeconds: 1, onTimeout });
    const { didRun, answer } = await ended(sessionId);
    assert.equal(didRun, onTimeout === "allow");
    assert.equal(answer!.by, "timeout");
    const late = permissions.answer(sessionId, answer!.permissionId, { decision: "deny" });
    if (onTimeout === "allow") await assert.rejects(late, ConflictError);
    else await assert.rejects(late, /not answered in time/);
  }
});

test("does not run a tool that the policy denies, and runs an allowed one without a request", async () => {
  const denied = await ended(await start({ rules: { execute: "deny" } }));
  assert.ok(!denied.didRun);
  assert.equal(denied.answer!.by, "policy");
  const allowed = await ended(await start({ rules: { execute: "allow" } }));
  assert.ok(allowed.didRun);
  assert.equal(allowed.answer, undefined);
});

test("hides permission requests from other organizations, and closes them when the turn stops", async () => {
  const sessionId = await start({ rules: { execute: "ask" }, timeoutSeconds: 300 });
  const id = await asked(sessionId);
  const stranger = new Tembo({ apiKey: (await world.stranger()).key, baseURL: world.url, maxRetries: 0 });
  await assert.rejects(stranger.session.permissions.list(sessionId), NotFoundError);
  await assert.rejects(
    stranger.session.permissions.answer(sessionId, id, { decision: "allow" }),
    NotFoundError,
  );
  await world.client.session.stop(sessionId);
  const events = await world.ended(sessionId);
  assert.equal(events.at(-1)?.eventType, "turn.cancelled");
  const [answer] = answersOf(events);
  assert.equal(answer!.by, "turn");
  await assert.rejects(permissions.answer(sessionId, id, { decision: "allow" }), /no longer open/);
});

test("closes a dead worker's pending permission request", async () => {
  const sessionId = await start({ rules: { execute: "ask" }, timeoutSeconds: 300 });
  const id = await asked(sessionId);
  await world.tembo.kill();
  await world.restart();
  const events: SessionEvent[] = [];
  for await (const event of world.client.session.events(sessionId, { after: 0 })) {
    events.push(event);
    // The resumed harness requests the permission again, because its first request was lost.
    const [again] = requestsOf([event]);
    if (again !== undefined && again.permissionId !== id)
      await permissions.answer(sessionId, again.permissionId, { decision: "allow" });
    if (/^turn\.(completed|failed|cancelled)$/.test(event.eventType)) break;
  }
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.equal(answersOf(events)[0]!.by, "turn");
  await assert.rejects(permissions.answer(sessionId, id, { decision: "allow" }), /no longer open/);
});
