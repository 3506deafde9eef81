import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { test } from "node:test";
import { type AttachmentContent, Tembo, TemboError } from "../index.ts";
import { createManualRuntime } from "../testing/manual-runtime.ts";

/** Starts a server that records uploads and rejects the first `refusals` uploads with status 503. */
async function startUploads(refusals = 0) {
  const uploads: { url: string; type: string; text: string }[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    uploads.push({ url: request.url!, type: request.headers["content-type"]!, text });
    response.writeHead(uploads.length <= refusals ? 503 : 200).end('{"id":"a1"}');
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    uploads,
    client: new Tembo(
      { apiKey: "k", baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
      createManualRuntime(),
    ),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const bytes = new TextEncoder().encode("grüße");
async function* chunks() {
  yield bytes.subarray(0, 3);
  yield bytes.subarray(3);
}
const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
shared.set(bytes);
const contents: [string, () => AttachmentContent, string][] = [
  ["text", () => "grüße", "application/octet-stream"],
  ["a Uint8Array", () => bytes, "application/octet-stream"],
  ["a Buffer", () => Buffer.from("grüße"), "application/octet-stream"],
  ["an ArrayBuffer", () => bytes.buffer as ArrayBuffer, "application/octet-stream"],
  ["shared memory", () => shared, "application/octet-stream"],
  ["a Blob", () => new Blob([bytes], { type: "text/markdown" }), "text/markdown"],
  ["a File without a type", () => new File([bytes], "x"), "application/octet-stream"],
  ["a web stream", () => ReadableStream.from(chunks()), "application/octet-stream"],
  ["a Node stream", () => Readable.from(chunks()), "application/octet-stream"],
  ["a generator", chunks, "application/octet-stream"],
];
for (const [what, content, type] of contents) {
  test(`uploads ${what}, and retries after a failure`, async () => {
    await using server = await startUploads(1);
    const upload = server.client.attachments.create({ name: "a b.txt", content: content() });
    assert.equal((await upload.withResponse()).data.id, "a1");
    const expected = { url: "/v1/attachments?name=a+b.txt", type, text: "grüße" };
    assert.deepEqual(server.uploads, [expected, expected]);
  });
}

test("prefers a specified media type to the blob's type", async () => {
  await using server = await startUploads();
  const content = new Blob(["x"], { type: "text/html" });
  await server.client.attachments.create({ name: "x", content, mediaType: "text/plain" });
  assert.equal(server.uploads[0]!.type, "text/plain");
});

test("stops reading an endless stream at 10 MiB, and sends nothing", async () => {
  await using server = await startUploads();
  let isLeft = false;
  async function* endless() {
    try {
      for (;;) yield new Uint8Array(1024 * 1024);
    } finally {
      isLeft = true;
    }
  }
  for (const content of [endless(), ReadableStream.from(endless())]) {
    isLeft = false;
    await assert.rejects(
      server.client.attachments.create({ name: "x", content }),
      /exceeds the limit of 10 MiB/,
    );
    assert.ok(isLeft);
  }
  assert.equal(server.uploads.length, 0);
});

test("rejects content without bytes with a descriptive error", async () => {
  await using server = await startUploads();
  const create = (content: unknown) =>
    server.client.attachments.create({ name: "x", content: content as AttachmentContent });
  await assert.rejects(create(7), TemboError);
  await assert.rejects(create(null), /a Blob or a stream/);
  await assert.rejects(create(Readable.from(["text"])), /not a Uint8Array/);
  assert.equal(server.uploads.length, 0);
});
