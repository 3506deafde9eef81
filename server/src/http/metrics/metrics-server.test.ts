import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { createMetricsServer } from "./metrics-server.ts";

interface Served {
  readonly token?: string;
  readonly read?: () => Promise<string>;
}

async function serve(context: TestContext, { token, read = async () => "up 1\n" }: Served = {}) {
  const errors: string[] = [];
  const log = { info() {}, warn() {}, error: (_: object, message: string) => void errors.push(message) };
  const server = createMetricsServer({ read, token: token ?? null, log });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return {
    errors,
    ask: async (path = "/metrics", headers: Record<string, string> = {}, method = "GET") => {
      const asked = request({ host: "127.0.0.1", port, path, method, headers }).end();
      const [response] = await once(asked, "response");
      return { status: response.statusCode, headers: response.headers, body: await text(response) };
    },
  };
}

test("serves the metrics in the text format, and nothing else", async (context) => {
  const { ask } = await serve(context);
  const { status, headers, body } = await ask();
  assert.deepEqual([status, body], [200, "up 1\n"]);
  assert.equal(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
  assert.equal((await ask("/metrics?x=1")).status, 200);
  for (const path of ["/", "/metrics/", "/healthz", "/v1/me"])
    assert.equal((await ask(path)).status, 404, path);
  assert.equal((await ask("/metrics", {}, "POST")).status, 405);
});

test("requires the token, if there is one", async (context) => {
  const token = "a-token-with-enough-characters";
  const { ask } = await serve(context, { token });
  for (const authorization of ["", "Bearer ", `Bearer ${token}x`, token, `Basic ${token}`])
    assert.equal((await ask("/metrics", { authorization })).status, 401, authorization);
  assert.equal((await ask("/else")).status, 401, "an unknown path reveals nothing either");
  const named = { authorization: `Bearer ${token}`, host: "metrics.example" };
  assert.equal((await ask("/metrics", named)).status, 200, "control: a request with the token has any host");
});

test("without a token, rejects a request whose host name another site may own", async (context) => {
  const { ask } = await serve(context);
  const { status, body } = await ask("/metrics", { host: "attacker.example" });
  assert.equal(status, 421);
  assert.match(body, /localhost or an IP address.* set TEMBO_METRICS_TOKEN/);
  assert.doesNotMatch(body, /TEMBO_ALLOWED_HOSTS|TEMBO_PUBLIC_URL/, "these settings do not apply");
  for (const host of ["localhost:9464", "127.0.0.1", "[::1]:9464"])
    assert.equal((await ask("/metrics", { host })).status, 200, `control: ${host}`);
});

test("reports an error of the read, and logs it", async (context) => {
  const read = async () => {
    throw new Error("broken");
  };
  const { ask, errors } = await serve(context, { read });
  const { status, body } = await ask();
  assert.equal(status, 500);
  assert.match(body, /broken/);
  assert.deepEqual(errors, ["the metrics could not be read"]);
});
