import assert from "node:assert/strict";
import { test } from "node:test";
import type { Measurement } from "../../core/base/index.ts";
import { serve } from "../../testing/test-server.ts";

test("measures requests by the template of their route, without values that clients choose", async () => {
  let next = Promise.withResolvers<Measurement>();
  const server = await serve({ measure: (one) => next.resolve(one) });
  try {
    const { testStore, addKey, ask } = server;
    const key = await addKey(testStore.organizationId);
    const { id } = await testStore.addSession();
    const seen = async (path: string, init?: RequestInit, auth?: string) => {
      next = Promise.withResolvers();
      const response = await ask(path, auth, init);
      await response.body?.cancel();
      const one = await next.promise;
      assert.ok(one.kind === "requestAnswered");
      assert.ok(one.durationMs === null || one.durationMs >= 0);
      return [one.method, one.route, one.status, one.durationMs === null ? "stream" : "answer"];
    };
    const path = `/v1/sessions/${id}/events`;
    const route = "/v1/sessions/:sessionId/events";
    assert.deepEqual(await seen(path, {}, key), ["GET", route, 200, "answer"]);
    const prefixed = await seen(`/api/public-api${path}`, {}, key);
    assert.deepEqual(prefixed, ["GET", route, 200, "answer"], "one name for both prefixes");
    assert.deepEqual(await seen(path), ["GET", route, 401, "answer"]);
    const none = ["other", "none", 404, "answer"];
    assert.deepEqual(await seen(`/v1/no-such-thing/${id}`), none);
    assert.deepEqual(await seen(`/v1/no-such-thing/${id}`, { method: "DELETE" }), none);
    assert.deepEqual(await seen(`${path}/stream`, {}, key), ["GET", `${route}/stream`, 200, "stream"]);
    assert.deepEqual(await seen("/git/a/b.git/info/refs"), ["GET", "/git/*", 200, "answer"]);
  } finally {
    await server.close();
  }
});
