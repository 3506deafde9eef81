import assert from "node:assert/strict";
import { test } from "node:test";
import { errorBody, errorCodes } from "@tembo/contract";
import Fastify from "fastify";
import { AppError, type ErrorCode } from "../core/base/index.ts";
import { sendError } from "./errors.ts";

async function answerTo(error: Error) {
  const app = Fastify({ genReqId: () => "request-7" });
  app.setErrorHandler<Error>(sendError);
  app.get("/", () => {
    throw error;
  });
  const { statusCode, headers, body } = await app.inject("/");
  return { statusCode, headers, body: JSON.parse(body) as Record<string, string> };
}

for (const [code, { status }] of Object.entries(errorCodes) as [ErrorCode, { status: number }][]) {
  const isShown = status < 500 || code === "unreachable";
  test(`${code} is ${status} ${isShown ? "and includes the reason" : "and hides the reason"}`, async () => {
    const { statusCode, headers, body } = await answerTo(new AppError(code, "Secret reason."));
    assert.equal(statusCode, status);
    assert.ok(errorBody.safeParse(body).success, "the body matches the contract");
    assert.deepEqual([body.code, body.requestId], [code, "request-7"]);
    assert.equal(body.error === "Secret reason.", isShown);
    assert.equal(headers["x-request-id"], "request-7");
    assert.equal(
      headers["www-authenticate"],
      code === "unauthenticated" ? 'Bearer realm="tembo"' : undefined,
    );
    assert.equal(headers["x-should-retry"], code === "conflict" ? "false" : undefined);
  });
}

test("responds to an unexpected error with 500 and only the request ID", async () => {
  for (const error of [
    new Error("select secret"),
    new TypeError("x.y"),
    Object.assign(new Error("no"), { code: "23505" }),
  ]) {
    const { statusCode, body } = await answerTo(error);
    assert.equal(statusCode, 500);
    assert.match(body.error!, /^Something went wrong on the server\. .* request-7\.$/);
  }
});
