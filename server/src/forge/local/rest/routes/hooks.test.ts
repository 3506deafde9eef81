import assert from "node:assert/strict";
import { test } from "node:test";
import { makeForge } from "../../testing/local-forge-fixture.ts";
import { octokitOf, refuses, repo } from "../../testing/octokit-client.ts";

test("stores webhooks in GitHub's format and never returns their secret", async (t) => {
  const it = await makeForge(t);
  const octokit = octokitOf(it, it.writer.token);
  const config = { url: "http://127.0.0.1:9/hook", content_type: "json", secret: "the-secret" };
  const make = (more: object = {}) =>
    octokit.request("POST /repos/{owner}/{repo}/hooks", {
      ...repo,
      config: { ...config, ...more },
      events: ["push"],
    });
  const { data: hook } = await make();
  assert.doesNotMatch(JSON.stringify(hook), /the-secret/);
  await refuses(make(), 422, /Hook already exists/);
  await refuses(make({ url: "file:///etc/passwd" }), 422, /config\.url/);
  for (const url of [
    "https://169.254.169.254/latest",
    "https://10.0.0.1/",
    "https://[::1]/",
    "http://a.example/",
  ])
    await refuses(make({ url }), 422, /TEMBO_PRIVATE_HOSTS/);
  const at = { ...repo, hook_id: hook.id };
  const { data: changed } = await octokit.request("PATCH /repos/{owner}/{repo}/hooks/{hook_id}", {
    ...at,
    add_events: ["issues"],
    active: false,
  });
  assert.deepEqual([changed.events, changed.active], [["push", "issues"], false]);
  const moved = octokit.request("PATCH /repos/{owner}/{repo}/hooks/{hook_id}", {
    ...at,
    config: { url: "https://0.0.0.0/" },
  });
  await refuses(moved, 422, /TEMBO_PRIVATE_HOSTS/);
  await octokit.request("DELETE /repos/{owner}/{repo}/hooks/{hook_id}", at);
  assert.deepEqual((await octokit.request("GET /repos/{owner}/{repo}/hooks", repo)).data, []);
});
