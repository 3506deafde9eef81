import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openScene, type Scene } from "../../../testing/scene.ts";
import { newId } from "../../ids.ts";
import type { ToolCall } from "../tool-call.ts";
import { createChildSession } from "./create-child-session.ts";

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.drop());

test("a child has the connections of its parent that the whole organization still has", async () => {
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
  const context = { ...(await scene.working()), checkouts: [] };
  await t.store.mcpConnections.useInSession(context.session.id, ["mine", "ours", "deleted"]);
  const signal = new AbortController().signal;
  const result = await createChildSession({ context, signal } as unknown as ToolCall, { prompt: "Look." });
  assert.deepEqual(await t.store.mcpConnections.usedInSession(String(result.sessionId)), ["ours"]);
});
