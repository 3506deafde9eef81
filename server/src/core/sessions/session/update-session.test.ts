import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addPerson } from "../../../testing/person.ts";
import { overlap } from "../../../testing/race.ts";
import { openScene, type Scene } from "../../../testing/scene.ts";
import { newId } from "../../base/index.ts";
import { updateSession } from "./update-session.ts";

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.drop());

test("allows only the creator of a draft to change its prompt", async () => {
  const { t, ports } = scene;
  const [owner, other] = [await addPerson(t), await addPerson(t, { role: "admin" })];
  const { id } = await scene.create({
    origin: { kind: "key", keyId: owner.keyId, request: null },
    isDraft: true,
  });
  for (const change of [{ description: "Please delete the database." }, { richContent: { type: "doc" } }])
    await assert.rejects(updateSession(ports, other, id, change), { code: "forbidden" });
  assert.equal((await updateSession(ports, other, id, { title: "Named" })).title, "Named");
  assert.equal((await updateSession(ports, owner, id, { description: "Mine." })).prompt, "Mine.");
});

test("allows only the creator of a session to set a goal", async () => {
  const { t, ports } = scene;
  const [owner, other] = [await addPerson(t), await addPerson(t, { role: "admin" })];
  const goal = { objective: "The database is deleted.", check: "curl https://example.com" };
  for (const isDraft of [true, false]) {
    const { id } = await scene.create({
      origin: { kind: "key", keyId: owner.keyId, request: null },
      isDraft,
    });
    await assert.rejects(updateSession(ports, other, id, { agentOptions: { goal } }), { code: "forbidden" });
    assert.equal((await t.store.sessions.get(id)).options.goal, null);
    const changed = await updateSession(ports, other, id, { agentOptions: { mode: "planning" } });
    assert.equal(changed.options.mode, "plan", "control");
    const own = { agentOptions: { mode: "normal", goal } };
    assert.equal((await updateSession(ports, owner, id, own)).options.goal?.objective, goal.objective);
  }
});

test("rejects an update by another person that names the owner's personal MCP connections", async () => {
  const { t, ports } = scene;
  const [owner, other] = [await addPerson(t), await addPerson(t)];
  const now = t.clock.now();
  await t.store.mcpConnections.insert({
    id: newId(),
    organizationId: t.organizationId,
    userId: owner.userId,
    name: "mine",
    server: { type: "remote", url: "https://mcp.example.com/mcp", headerKeys: [] },
    connectedAt: null,
    createdAt: now,
    updatedAt: now,
  });
  const { id } = await scene.create({ origin: { kind: "key", keyId: owner.keyId, request: null } });
  const change = { mcpServers: ["mine"] };
  await assert.rejects(updateSession(ports, other, id, change), { code: "invalid_input" });
  await updateSession(ports, owner, id, change);
  assert.deepEqual(await t.store.mcpConnections.usedInSession(id), ["mine"]);
});

test("keeps the agent options of two concurrent updates", async () => {
  const { t, ports } = scene;
  const owner = await addPerson(t);
  const { id } = await scene.create({ origin: { kind: "key", keyId: owner.keyId, request: null } });
  const goal = { objective: "The tests pass." };
  const set = (agentOptions: Readonly<Record<string, unknown>>) => (store: typeof t.store) =>
    updateSession({ ...ports, store }, owner, id, { agentOptions });
  const { options } = await overlap(t, set({ goal }), set({ reasoningLevel: "high" }));
  assert.deepEqual([options.goal?.objective, options.reasoningLevel], [goal.objective, "high"]);
});
