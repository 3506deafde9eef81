import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ArtifactList, ArtifactWithContent, Attachment, SessionEventList } from "@tembo/contract";
import { newId } from "../../../core/base/index.ts";
import { seedDecisions } from "../../../testing/seed-decisions.ts";
import { type Served, serve } from "../../../testing/test-server.ts";

let served: Served;
let key: string;
let sessionId: string;

before(async () => {
  served = await serve();
  key = await served.addKey(served.testStore.organizationId);
  sessionId = (await served.testStore.addSession()).id;
});
after(() => served.close());

async function call<T = { error: string }>(
  status: number,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await served.ask(path, key, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    }),
  });
  assert.equal(response.status, status, await response.clone().text());
  return (await response.json()) as T;
}

async function upload(name: string, bytes: Buffer): Promise<Attachment> {
  const response = await served.ask(`/v1/attachments?name=${name}`, key, {
    method: "POST",
    body: new Uint8Array(bytes),
    headers: { "content-type": "application/octet-stream" },
  });
  assert.equal(response.status, 201);
  return (await response.json()) as Attachment;
}

test("attaches a text to a session with all fields, records an event, and deletes the text", async () => {
  const expectedBody = {
    sessionId,
    title: "How the login works",
    description: "For who is new.",
    category: "code_walkthrough",
    relatedPullRequestUrls: ["https://example.com/pulls/1"],
  };
  const output = { type: "html", content: "<h1>Login</h1>", fileName: "login.html" };
  const made = await call<ArtifactWithContent>(201, "POST", "/v1/artifacts", { ...expectedBody, output });
  const { id, createdAt, updatedAt, ...rest } = made;
  assert.deepEqual(rest, {
    ...expectedBody,
    type: "Response",
    fileKind: "html",
    outputType: "html",
    contentType: "text/html",
    fileName: "login.html",
    sizeBytes: 14,
    assetId: null,
    assetUrl: null,
    sourceUrl: null,
    serviceUrl: null,
    servicePort: null,
    runtime: null,
    content: "<h1>Login</h1>",
  });
  assert.equal(createdAt, updatedAt);
  assert.deepEqual(await call(200, "GET", `/v1/artifacts/${id}`), made);
  const { items } = await call<SessionEventList>(200, "GET", `/v1/sessions/${sessionId}/events`);
  assert.equal(items.at(-1)?.eventType, "artifact.created");
  assert.deepEqual(await call(200, "DELETE", `/v1/artifacts/${id}`), { id, deleted: true });
  await call(404, "GET", `/v1/artifacts/${id}`);
  await call(404, "DELETE", `/v1/artifacts/${id}`);
  assert.deepEqual((await call<ArtifactList>(200, "GET", `/v1/artifacts?sessionId=${sessionId}`)).items, []);
});

test("keeps an asset's bytes after its upload is deleted", async () => {
  const bytes = Buffer.from([0, 255, 1, 2]);
  const { id: assetId } = await upload("data.bin", bytes);
  const output = { type: "asset", assetId };
  const made = await call<ArtifactWithContent>(201, "POST", "/v1/artifacts", {
    sessionId,
    title: "Data",
    output,
  });
  assert.deepEqual(
    [made.type, made.outputType, made.assetId, made.fileName, made.sizeBytes, made.content],
    ["File", "asset", assetId, "data.bin", 4, ""],
  );
  assert.match(made.assetUrl ?? "", new RegExp(`/v1/artifacts/${made.id}/file$`));
  const { store } = served.testStore;
  const [attachment] = await store.attachments.findVisible(served.testStore, [assetId]);
  await served.ports.blobs.remove(await store.attachments.deleteUnused([attachment!.id]));
  const file = await served.ask(`/v1/artifacts/${made.id}/file`, key);
  assert.deepEqual(Buffer.from(await file.arrayBuffer()), bytes);
});

test("deletes a plan's decision with the plan", async () => {
  const { testStore } = served;
  const { id } = await testStore.addSession();
  await seedDecisions(testStore, await testStore.startTurn(id));
  const plans = `/v1/artifacts?sessionId=${id}&types=Plan`;
  const [plan] = (await call<ArtifactList>(200, "GET", plans)).items;
  await call(200, "GET", `/v1/sessions/${id}/plan`);
  await call(200, "DELETE", `/v1/artifacts/${plan!.id.toUpperCase()}`);
  await call(404, "GET", `/v1/sessions/${id}/plan`);
  assert.deepEqual((await call<ArtifactList>(200, "GET", plans)).items, []);
});

test("rejects an invalid artifact, and explains the fix", async () => {
  const base = { sessionId, title: "t" };
  const text = (content: string) => ({ ...base, output: { type: "markdown", content } });
  const refused = async (status: number, body: unknown, message: RegExp) =>
    assert.match((await call(status, "POST", "/v1/artifacts", body)).error, message);
  const unknownId = newId();
  await refused(404, { ...text("x"), sessionId: unknownId }, /Session .* was not found/);
  await refused(
    400,
    { ...base, output: { type: "asset", assetId: unknownId } },
    /Attachment .* was not found\. Upload/,
  );
  await refused(400, text("a\u0000b"), /content/);
  await refused(400, { ...base, output: { type: "asset", content: "x" } }, /assetId|content/);
  await refused(400, { ...text("x"), category: "poem" }, /category/);
  await refused(400, { ...text("x"), relatedPullRequestUrls: ["no address"] }, /relatedPullRequestUrls/);
  await refused(
    400,
    text("é".repeat(2_621_441)),
    /5242882 bytes, and the limit is 5242880.*\/v1\/attachments/,
  );
  await refused(413, text("x".repeat(17 * 1024 * 1024)), /larger than 16 MiB/);
  const most = await call<ArtifactWithContent>(201, "POST", "/v1/artifacts", text("é".repeat(2_621_440)));
  assert.equal(most.sizeBytes, 5_242_880);
});

test("rejects more than two hundred artifacts per session, even with concurrent requests", async () => {
  const { id } = await served.testStore.addSession();
  const body = { sessionId: id, title: "t", output: { type: "json", content: "{}" } };
  for (let count = 0; count < 199; count += 1) await call(201, "POST", "/v1/artifacts", body);
  // Only one of two concurrent requests can succeed at the limit.
  const both = await Promise.all(
    [1, 2].map(() =>
      served.ask("/v1/artifacts", key, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    ),
  );
  assert.deepEqual(both.map(({ status }) => status).sort(), [201, 400]);
  assert.match((await call(400, "POST", "/v1/artifacts", body)).error, /at most 200 artifacts/);
});
