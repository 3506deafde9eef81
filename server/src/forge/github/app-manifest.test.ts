import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../core/ports/clock.ts";
import { rejects } from "../testing/rejects.ts";
import { neededPermissions } from "./access/permissions.ts";
import { appManifest, convertManifestCode, manifestUrl } from "./app-manifest.ts";
import { startFakeGithub } from "./testing/fake-github.ts";

const input = {
  name: "Tembo of a team with a very long name indeed",
  url: "https://tembo.example.com",
  webhookUrl: "https://tembo.example.com/api/webhook/github",
  redirectUrl: "https://tembo.example.com/made",
  setupUrl: "https://tembo.example.com/installed",
};

const means = { clock: systemClock, log: { info() {}, warn() {}, error() {} } };

test("a manifest asks for what the test of an App compares", () => {
  const manifest = appManifest(input);
  assert.equal(manifest.name.length, 34);
  assert.equal(manifest.public, false);
  assert.deepEqual(manifest.hook_attributes, { url: input.webhookUrl, active: true });
  assert.deepEqual({ ...manifest.default_permissions, ...neededPermissions }, manifest.default_permissions);
  assert.ok(manifest.default_events.includes("pull_request"));
});

test("the form is the person's, or an organization's", () => {
  assert.equal(
    manifestUrl("https://github.com", "a&b", null),
    "https://github.com/settings/apps/new?state=a%26b",
  );
  assert.equal(
    manifestUrl("https://git.example.com", "s", "acme"),
    "https://git.example.com/organizations/acme/settings/apps/new?state=s",
  );
});

test("a code is worth the App's credential and the secret of its webhook", async (t) => {
  const github = await startFakeGithub(t);
  const made = await convertManifestCode("c0de", { ...means, apiUrl: github.apiUrl, fetch: github.fetch });
  assert.deepEqual(github.asked(), ["POST /app-manifests/c0de/conversions"]);
  assert.equal(github.requests[0]?.headers.authorization, undefined);
  const { type, appId, slug, privateKey, installationId } = made.credential;
  assert.deepEqual([type, appId, slug, installationId], ["githubApp", "1", "octoapp", null]);
  assert.match(privateKey, /^-----BEGIN RSA PRIVATE KEY-----/);
  assert.equal(made.webhookSecret, "e340154128314309424b7c8e90325147d99fdafa");
  assert.equal(made.installUrl, "https://github.com/apps/octoapp/installations/new");
  assert.deepEqual(github.violations, []);
});

test("a spent code says to begin again", async (t) => {
  const github = await startFakeGithub(t, {
    "POST /app-manifests/{code}/conversions": () => ({ status: 404, body: { message: "Not Found" } }),
  });
  await rejects(
    convertManifestCode("c0de", { ...means, apiUrl: github.apiUrl }),
    "forge_failed",
    /begin again/,
  );
});
