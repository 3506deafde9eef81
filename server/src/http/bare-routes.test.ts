import assert from "node:assert/strict";
import { test } from "node:test";
import Fastify from "fastify";
import { FailedAuthentications } from "./admission/failed-authentications.ts";
import { bareRoutes } from "./bare-routes.ts";
import { sendError } from "./errors.ts";

test("exempts a token from the limit of its address only after an answer below 400", async (t) => {
  const app = Fastify();
  t.after(() => app.close());
  app.setErrorHandler<Error>(sendError);
  const failures = new FailedAuthentications(1);
  bareRoutes(app, "/*", {
    failures,
    serve: async ({ url }, response) => void response.writeHead(Number(url!.slice(1))).end(),
  });
  const send = async (status: number, token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await app.inject({ method: "POST", url: `/${status}`, headers })).statusCode;
  };
  for (const status of [200, 302, 400, 404, 409, 410, 500])
    await send(status, `after ${status}`.replace(" ", "-"));
  assert.equal(await send(401, "invalid"), 401);
  for (const status of [400, 404, 409, 410, 500])
    assert.equal(await send(200, `after-${status}`), 429, `${status}`);
  for (const status of [200, 302]) assert.equal(await send(200, `after-${status}`), 200, "control");
});
