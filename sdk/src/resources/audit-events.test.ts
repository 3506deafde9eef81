import assert from "node:assert/strict";
import { test } from "node:test";
import { Tembo } from "../index.ts";
import { answerJson, startRecordingServer } from "../testing/recording-server.ts";

test("client.auditEvents lists a page with its filters", async () => {
  await using server = await startRecordingServer((_, response) =>
    answerJson(response, 200, { items: [{ id: "e1" }], nextCursor: null }),
  );
  const client = new Tembo({ apiKey: "key", baseURL: server.url });
  const page = await client.auditEvents.list({ action: "apiKey.created", limit: 5 });
  assert.deepEqual(page.items, [{ id: "e1" }]);
  assert.equal(server.requests[0]!.url, "/v1/audit-events?action=apiKey.created&limit=5");
});

test("client.auditEvents.export yields each line of the response", async () => {
  await using server = await startRecordingServer((_, response) => {
    response.writeHead(200, { "content-type": "application/x-ndjson" }).end('{"id":"e2"}\n{"id":"e1"}\n');
  });
  const client = new Tembo({ apiKey: "key", baseURL: server.url });
  const ids: string[] = [];
  for await (const { id } of client.auditEvents.export({ objectId: "o" })) ids.push(id);
  assert.deepEqual(ids, ["e2", "e1"]);
  assert.equal(server.requests[0]!.url, "/v1/audit-events?objectId=o");
  assert.equal(server.requests[0]!.headers.accept, "application/x-ndjson");
});
