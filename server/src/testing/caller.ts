import assert from "node:assert/strict";
import type { Served } from "./test-server.ts";

type Body = ReturnType<typeof JSON.parse>;

/** Returns a function that sends a request with the key, asserts the status of the response and returns its body. */
export const caller =
  (served: Served, key: string) =>
  async (status: number, method: string, path: string, body?: unknown): Promise<Body> => {
    const response = await served.ask(path, key, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    const answer = (await response.json()) as Body;
    assert.equal(response.status, status, `${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
