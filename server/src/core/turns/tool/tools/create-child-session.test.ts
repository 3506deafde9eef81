import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addPerson } from "../../../../testing/person.ts";
import { openScene, type Scene } from "../../../../testing/scene.ts";
import { newId } from "../../../base/index.ts";
import type { Repository } from "../../../forges/index.ts";
import { answerPermission, updateSession } from "../../../sessions/index.ts";
import { claudeCodeInfo } from "../../../sessions/session/testing/claude-code-info.ts";
import type { TurnContext } from "../../turn/turn-context.ts";
import type { ToolCall } from "../tool-call.ts";
import { createChildSession } from "./create-child-session.ts";
import { listRepositories } from "./repository-tools.ts";

const service = { keySetting: "ampApiKey", keyVariable: "AMP_API_KEY", keyHosts: [], otherHosts: [] };
const harnesses = [
  claudeCodeInfo,
  { ...claudeCodeInfo, name: "codex", displayName: "Codex", modelFamily: "openai", defaultModel: "gpt-5.5" },
  { ...claudeCodeInfo, name: "amp", displayName: "Amp", service },
];
const never = new AbortController().signal;

let scene: Scene;
before(async () => {
  scene = await openScene({ harnesses: { list: () => harnesses } });
});
after(() => scene.drop());

async function working(repositories: readonly Repository[] = [], change: Partial<TurnContext> = {}) {
  const context = await scene.working();
  const checkouts = repositories.map((repository) => ({
    repository,
    use: { directory: repository.name, branchName: "tembo/x" },
  }));
  return { ...context, checkouts, ...change } as unknown as TurnContext;
}

const start = (context: TurnContext, input: Parameters<typeof createChildSession>[1]) =>
  createChildSession({ context, signal: never } as unknown as ToolCall, input);

async function childOf(context: TurnContext, input: Parameters<typeof createChildSession>[1]) {
  const { sessionId } = await start(context, input);
  return scene.t.store.sessions.get(String(sessionId));
}

const repositoriesOf = async (sessionId: string) =>
  (await scene.t.store.sessions.repositories(sessionId)).map(({ repositoryId }) => repositoryId);

/** Returns the permission request that the session is waiting for. */
async function asked(sessionId: string) {
  for await (const { data } of scene.t.store.followEvents(sessionId, 0, never))
    if (data.type === "permission.requested") return data;
  assert.fail("The events ended.");
}

const answer = ({ session }: TurnContext, askId: string, decision: "allow" | "deny") =>
  answerPermission(
    scene.ports,
    { organizationId: session.organizationId, sessionId: session.id, askId, userId: scene.t.userId },
    { decision, comment: decision === "deny" ? "Not that one." : null },
  );

test("gives a child only those of its parent's connections that the organization still shares", async () => {
  const { t } = scene;
  const { organizationId, userId } = t;
  const now = t.clock.now();
  for (const [name, owner] of [
    ["mine", userId],
    ["ours", null],
  ] as const)
    await t.store.mcpConnections.insert({
      id: newId(),
      organizationId,
      userId: owner,
      name,
      server: { type: "remote", url: "https://mcp.example.com/mcp", headerKeys: [] },
      connectedAt: null,
      createdAt: now,
      updatedAt: now,
    });
  const context = await working();
  await t.store.mcpConnections.useInSession(context.session.id, ["mine", "ours", "deleted"]);
  const child = await childOf(context, { prompt: "Look." });
  assert.deepEqual(await t.store.mcpConnections.usedInSession(child.id), ["ours"]);
});

test("keeps the request of the parent's message for the message of the child", async () => {
  const request = { id: "proxy-7", traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" };
  const own = await working();
  const firstRequest = async (context: TurnContext) => {
    const { id } = await childOf(context, { prompt: "Look." });
    return (await scene.t.store.messages.ofSession(id, { limit: 1 })).items[0]!.request;
  };
  assert.deepEqual(await firstRequest({ ...own, message: { ...own.message, request } }), request);
  assert.equal(await firstRequest(own), null, "control");
});

test("gives a child its parent's owner, visibility, network access and budget", async () => {
  const { keyId } = await addPerson(scene.t);
  for (const visibility of ["private", "public"] as const) {
    const { id } = await scene.create({
      origin: { kind: "key", keyId, request: null },
      visibility,
      egress: { preset: "none", allow: [] },
      budgetMicroUsd: 5_000_000,
    });
    const context = await working([], { session: await scene.t.store.sessions.get(id) });
    const child = await childOf(context, { prompt: "Look." });
    assert.deepEqual(
      [child.visibility, child.createdByKeyId, child.egress, child.budgetMicroUsd],
      [visibility, keyId, { preset: "none", allow: [] }, 5_000_000],
    );
  }
});

test("makes a child private when its parent became private during the turn", async () => {
  const context = await working();
  await scene.t.store.sessionChanges.update(context.session.id, { visibility: "private" }, new Date());
  assert.equal((await childOf(context, { prompt: "Look." })).visibility, "private");
});

test("makes existing child sessions private when their parent becomes private", async () => {
  const { t } = scene;
  const { keyId, userId } = await addPerson(t);
  const visibilityOf = async (id: string) => (await t.store.sessions.get(id)).visibility;
  const { id } = await scene.create({ origin: { kind: "key", keyId, request: null } });
  const child = await childOf(await working([], { session: await t.store.sessions.get(id) }), {
    prompt: "A.",
  });
  const grandchild = await childOf(await working([], { session: child }), { prompt: "B." });
  const apart = await scene.create({ origin: { kind: "key", keyId, request: null } });
  const viewer = { organizationId: t.organizationId, userId };
  await updateSession(scene.ports, viewer, id, { visibility: "private" });
  assert.deepEqual(
    [await visibilityOf(child.id), await visibilityOf(grandchild.id), await visibilityOf(apart.id)],
    ["private", "private", "public"],
  );
});

test("gives a child its parent's repositories without asking", async () => {
  const [open, more] = [await scene.t.addRepository(), await scene.t.addRepository()];
  const context = await working([open, more]);
  assert.deepEqual(await repositoriesOf((await childOf(context, { prompt: "All." })).id), [open.id, more.id]);
  const one = await childOf(context, { prompt: "One.", repositoryIds: [more.id.toUpperCase()] });
  assert.deepEqual(await repositoriesOf(one.id), [more.id]);
});

test("asks a person before a child uses another repository and follows the answer", async () => {
  const [open, vault] = [await scene.t.addRepository(), await scene.t.addRepository({ name: "vault" })];
  for (const decision of ["deny", "allow"] as const) {
    const context = await working([open]);
    const before = scene.enqueued.length;
    const starting = start(context, { prompt: "Read the vault.", repositoryIds: [open.id, vault.id] });
    const settled = Promise.allSettled([starting]);
    const permission = await asked(context.session.id);
    assert.equal(permission.kind, "reach");
    assert.match(permission.title, /acme\/vault/);
    assert.doesNotMatch(permission.title, new RegExp(open.name));
    assert.match(permission.input ?? "", /Read the vault/);
    assert.equal(scene.enqueued.length, before, "starts no session before the answer");
    await answer(context, permission.permissionId, decision);
    await settled;
    if (decision === "deny") {
      await assert.rejects(starting, {
        code: "forbidden",
        message: /denied the request with the comment "Not that one\."/,
      });
      assert.equal(scene.enqueued.length, before);
    } else {
      const { sessionId } = await starting;
      assert.deepEqual(await repositoriesOf(String(sessionId)), [open.id, vault.id]);
    }
  }
});

test("refuses a child that uses another repository when no one allows it in time", async () => {
  const context = await working();
  const vault = await scene.t.addRepository();
  const gone = AbortSignal.timeout(0);
  await assert.rejects(
    createChildSession({ context, signal: gone } as unknown as ToolCall, {
      prompt: "Read.",
      repositoryIds: [vault.id],
    }),
    { code: "forbidden", message: /No one approved the request in time/ },
  );
});

test("asks the same question about a repository that does not exist", async () => {
  const context = await working();
  for (const name of [newId(), "http://127.0.0.1:1/acme/none"]) {
    const starting = start(context, { prompt: "Read.", repositoryIds: [name] });
    const settled = Promise.allSettled([starting]);
    const permissions: string[] = [];
    for await (const { data } of scene.t.store.followEvents(context.session.id, 0, never)) {
      if (data.type === "permission.requested" && data.title.includes(name))
        permissions.push(data.permissionId);
      if (permissions.length > 0) break;
    }
    await answer(context, permissions[0]!, "deny");
    await settled;
    await assert.rejects(starting, { code: "forbidden" });
  }
  await assert.rejects(start(context, { prompt: "Read.", repositoryIds: ["vault"] }), {
    code: "invalid_input",
  });
});

test("asks a person before a child uses another model family and refuses an unmetered child", async () => {
  const context = await working();
  const starting = start(context, { prompt: "Go.", agent: "codex" });
  const permission = await asked(context.session.id);
  assert.match(permission.title, /the harness Codex/);
  await answer(context, permission.permissionId, "allow");
  const { sessionId } = await starting;
  assert.equal((await scene.t.store.sessions.get(String(sessionId))).harness, "codex");
  await assert.rejects(start(await working(), { prompt: "Go.", agent: "amp" }), {
    code: "forbidden",
    message: /toward this session's budget/,
  });
});

test("lists only the session's own repositories", async () => {
  const own = await scene.t.addRepository();
  await scene.t.addRepository({ name: "vault-of-another" });
  const { repositories } = await listRepositories(
    { context: await working([own]) } as unknown as ToolCall,
    {},
  );
  assert.deepEqual(
    (repositories as { id: string }[]).map(({ id }) => id),
    [own.id],
  );
});
