import assert from "node:assert/strict";
import { test } from "node:test";
import { testOutbound } from "../../../outbound/testing/test-outbound.ts";
import { startBystander, startHostileForge } from "../../../testing/hostile-forge.ts";
import { rejects } from "../../testing/rejects.ts";
import { createRequester } from "./gitlab-request.ts";
import { nextPageLink } from "./next-page.ts";

test("sends a request to the integration's own host only", async (t) => {
  const [forge, bystander] = [await startHostileForge(t, "gitlab"), await startBystander(t)];
  const requester = createRequester(testOutbound({ privateHosts: ["127.0.0.1", "127.0.0.2"] }).fetch)({
    url: forge.connection.apiUrl,
    headers: {},
    authHeaders: { "private-token": async () => "very-secret-token" },
  } as never);
  const { host } = new URL(bystander.url);
  for (const endpoint of [`${bystander.url}/api/v4/user`, `//${host}/user`, `\\\\${host}/user`, "ext::sh"])
    await rejects(requester.get(endpoint) as Promise<unknown>, "forge_failed", /as its next page/);
  assert.deepEqual(bystander.hits, []);
  const { status } = (await requester.get("projects/1")) as { readonly status: number };
  assert.equal(status, 200, "a path below the API is the control");
});

test("follows a next page only to the page after, with the size that was asked for", () => {
  const link = (query: string) => `<https://gitlab.example/api/v4/x?${query}>; rel="next", <x>; rel="last"`;
  const asked = new URLSearchParams("page=2&per_page=100");
  assert.equal(nextPageLink(link("page=3&per_page=1&a=b"), asked), '<?page=3&per_page=100&a=b>; rel="next"');
  assert.equal(nextPageLink(link("page=3"), new URLSearchParams("page=2")), '<?page=3>; rel="next"');
  assert.equal(nextPageLink('<https://gitlab.example/x?page=1>; rel="prev"', asked), "");
  assert.equal(nextPageLink(link("page=21"), new URLSearchParams("page=20")), "");
  for (const query of ["page=2", "page=1", "page=x", "", "per_page=100"])
    assert.throws(() => nextPageLink(link(query), asked), { code: "forge_failed" });
});
