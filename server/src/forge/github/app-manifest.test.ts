import assert from "node:assert/strict";
import { test } from "node:test";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { rejects } from "../testing/rejects.ts";
import { neededPermissions } from "./access/permissions.ts";
import { createGithubSetup } from "./github-setup.ts";
import { startFakeGithub } from "./testing/fake-github.ts";

const input = {
  name: "Tembo of a team with a very long name indeed",
  publicUrl: "https://tembo.example.com",
  webhookUrl: "https://tembo.example.com/api/webhook/github",
  isWebhookActive: true,
  redirectUrl: "https://tembo.example.com/made",
  setupUrl: "https://tembo.example.com/installed",
};

const log = { info() {}, warn() {}, error() {} };

test("the manifest requests the permissions that the connection test checks", () => {
  const manifest = createGithubSetup({ log, fetch: testOutbound().fetch }).appManifest(input);
  assert.equal(manifest.name.length, 34);
  assert.equal(manifest.public, false);
  assert.deepEqual(manifest.hook_attributes, { url: input.webhookUrl, active: true });
  assert.deepEqual({ ...manifest.default_permissions, ...neededPermissions }, manifest.default_permissions);
  assert.ok(manifest.default_events.includes("pull_request"));
});

test("disables the App's webhook if GitHub cannot reach the server", () => {
  const { appManifest } = createGithubSetup({ log, fetch: testOutbound().fetch });
  const manifest = appManifest({ ...input, isWebhookActive: false });
  assert.deepEqual(manifest.hook_attributes, { url: input.webhookUrl, active: false });
});

test("exchanges a manifest code for the App's credential and its webhook secret", async (t) => {
  const github = await startFakeGithub(t);
  const made = await createGithubSetup({ log, fetch: github.fetch }).convertManifest({
    apiUrl: github.apiUrl,
    code: "c0de",
  });
  assert.deepEqual(github.asked(), ["POST /app-manifests/c0de/conversions"]);
  assert.equal(github.requests[0]?.headers.authorization, undefined);
  const { type, appId, slug, privateKey, installationId } = made.credential;
  assert.deepEqual([type, appId, slug, installationId], ["githubApp", "1", "octoapp", null]);
  assert.match(privateKey, /^-----BEGIN RSA PRIVATE KEY-----/);
  assert.equal(made.webhookSecret, "e340154128314309424b7c8e90325147d99fdafa");
  assert.deepEqual(github.violations, []);
});

test("asks the user to start again after a manifest code has expired", async (t) => {
  const github = await startFakeGithub(t, {
    "POST /app-manifests/{code}/conversions": () => ({ status: 404, body: { message: "Not Found" } }),
  });
  await rejects(
    createGithubSetup({ log, fetch: testOutbound().fetch }).convertManifest({
      apiUrl: github.apiUrl,
      code: "c0de",
    }),
    "forge_failed",
    /start the setup again/,
  );
});
