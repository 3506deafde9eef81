import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openApiDocument } from "@tembo/contract/openapi";
import manifest from "../../../package.json" with { type: "json" };
import { type Served, serve } from "../../testing/test-server.ts";

let served: Served;
before(async () => {
  served = await serve();
});
after(() => served.close());

for (const prefix of ["", "/api/public-api"]) {
  test(`serves the contract as OpenAPI under "${prefix}/" without a key`, async () => {
    for (const path of ["/openapi.json", "/openapi/public"]) {
      const response = await fetch(`${served.url}${prefix}${path}`);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
      const expected = JSON.parse(JSON.stringify(openApiDocument(manifest.version)));
      assert.deepEqual(await response.json(), expected);
    }
  });

  test(`serves the reference at "${prefix}/docs" with scripts from this server only`, async () => {
    const response = await fetch(`${served.url}${prefix}/docs`);
    assert.equal(response.status, 200);
    const policy = response.headers.get("content-security-policy")!;
    assert.match(policy, /^default-src 'none'; script-src 'self';/);
    assert.doesNotMatch(policy, /https?:|\*|unsafe-eval|script-src[^;]*unsafe/);
    const sources = [...(await response.text()).matchAll(/src="([^"]*)"/g)].map((match) => match[1]!);
    assert.equal(sources.length, 2);
    for (const source of sources) {
      const script = await fetch(new URL(source, response.url));
      assert.equal(script.status, 200);
      assert.equal(script.headers.get("content-type"), "text/javascript; charset=utf-8");
      assert.match(await script.text(), /Scalar/);
    }
  });
}
