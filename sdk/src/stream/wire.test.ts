import assert from "node:assert/strict";
import { test } from "node:test";
import { APIConnectionError, APIUserAbortError, NotFoundError, Tembo, TemboError } from "../index.ts";
import { createManualRuntime } from "../testing/manual-runtime.ts";
import { answerJson, startRecordingServer } from "../testing/recording-server.ts";

const line = (text: string) =>
  `${JSON.stringify({ type: "line", at: "now", direction: "toHarness", text })}\n`;

async function read(url: string, turn?: number): Promise<unknown[]> {
  const client = new Tembo({ apiKey: "k", baseURL: url }, createManualRuntime());
  const texts: unknown[] = [];
  for await (const record of client.session.wire("s1", { turn })) texts.push("text" in record && record.text);
  return texts;
}

test("reads a recording line by line, regardless of chunk boundaries", async () => {
  const bytes = Buffer.from(line("ü") + line("b"));
  await using server = await startRecordingServer((_, response) => {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    const cut = bytes.indexOf("ü") + 1;
    response.write(bytes.subarray(0, cut));
    setImmediate(() => response.end(bytes.subarray(cut)));
  });
  assert.deepEqual(await read(server.url, 2), ["ü", "b"]);
  assert.equal(server.requests[0]!.url, "/v1/sessions/s1/wire?turn=2");
});

for (const [what, body, words] of [
  ["ends in the middle of a line", line("a").slice(0, -1), /ended in the middle/],
  ["is not JSON", "{\n", /not JSON/],
] as const) {
  test(`throws if a recording ${what}`, async () => {
    await using server = await startRecordingServer((_, response) => void response.writeHead(200).end(body));
    await assert.rejects(
      read(server.url),
      (error) => error instanceof TemboError && words.test(error.message),
    );
  });
}

test("throws the usual errors for a broken connection, a rejected request and an abort", async () => {
  await using broken = await startRecordingServer((_, response) => {
    response.writeHead(200).write(line("a"));
    setImmediate(() => response.destroy());
  });
  await assert.rejects(read(broken.url), APIConnectionError);
  await using refusing = await startRecordingServer((_, response) =>
    answerJson(response, 404, { error: "No." }),
  );
  await assert.rejects(read(refusing.url), NotFoundError);
  const client = new Tembo({ apiKey: "k", baseURL: refusing.url }, createManualRuntime());
  const records = client.session.wire("s1", null, { signal: AbortSignal.abort() });
  await assert.rejects(records.next(), APIUserAbortError);
});
