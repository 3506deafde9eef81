import assert from "node:assert/strict";
import { test } from "node:test";
import { Tembo } from "../index.ts";
import { answerJson, startRecordingServer } from "./recording-server.ts";

/** Test case for a call: the test name, the call, the request line that it sends and the JSON body, if any. */
export type Call = readonly [
  name: string,
  call: (client: Tembo) => Promise<unknown>,
  line: string,
  body?: unknown,
];

/** Defines a test for each call. The test asserts that the call sends one request and returns the server's response. */
export function assertRequests(calls: readonly Call[]): void {
  for (const [name, call, line, body] of calls) {
    test(`${name} sends ${line}`, async () => {
      await using server = await startRecordingServer((_, response) =>
        answerJson(response, 200, { isHere: true }),
      );
      const client = new Tembo({ apiKey: "key", baseURL: `${server.url}/` });
      assert.deepEqual(await call(client), { isHere: true });
      const [request] = server.requests;
      assert.equal(server.requests.length, 1);
      assert.equal(`${request!.method} ${request!.url}`, line);
      assert.deepEqual(request!.body, body);
      assert.equal(request!.headers.authorization, "Bearer key");
      assert.equal(request!.headers["content-type"], body === undefined ? undefined : "application/json");
    });
  }
}
