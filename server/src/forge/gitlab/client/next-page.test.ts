import assert from "node:assert/strict";
import { test } from "node:test";
import { testOutbound } from "../../../outbound/testing/test-outbound.ts";
import { startBystander, startHostileForge } from "../../../testing/hostile-forge.ts";
import { rejects } from "../../testing/rejects.ts";
import { createGitlabClient } from "./gitlab-client.ts";
import { nextPageQuery } from "./next-page.ts";

test("sends requests only to the integration's own host", async (t) => {
  const [forge, bystander] = [await startHostileForge(t, "gitlab"), await startBystander(t)];
  const { fetch } = testOutbound({ privateHosts: ["127.0.0.1", "127.0.0.2"] });
  const client = createGitlabClient(forge.connection, { log: { info() {}, warn() {}, error() {} }, fetch });
  const { host } = new URL(bystander.url);
  for (const endpoint of [`${bystander.url}/api/v4/user`, `//${host}/user`, `\\\\${host}/user`, "ext::sh"])
    await rejects(client.send({ path: endpoint }), "forge_failed", /next-page link to a different host/);
  assert.deepEqual(bystander.hits, []);
  const { body } = await client.send({ path: "projects/1" });
  assert.equal((body as { readonly id: number }).id, 1, "control: follows a path below the API");
});

test("accepts only a higher page number as the next page, and keeps the requested page size", () => {
  const link = (query: string) => `<https://gitlab.example/api/v4/x?${query}>; rel="next", <x>; rel="last"`;
  const asked = new URLSearchParams("page=2&per_page=100");
  assert.equal(String(nextPageQuery(link("page=3&per_page=1&a=b"), asked)), "page=3&per_page=100&a=b");
  assert.equal(String(nextPageQuery(link("page=3"), new URLSearchParams("page=2"))), "page=3");
  assert.equal(nextPageQuery('<https://gitlab.example/x?page=1>; rel="prev"', asked), null);
  assert.equal(nextPageQuery(link("page=21"), new URLSearchParams("page=20")), null);
  for (const query of ["page=2", "page=1", "page=x", "", "per_page=100"])
    assert.throws(() => nextPageQuery(link(query), asked), { code: "forge_failed" });
});
