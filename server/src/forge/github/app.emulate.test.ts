import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { WebhookRequest } from "../../core/forges/index.ts";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { httpsRemote } from "../testing/https-remote.ts";
import { rejects } from "../testing/rejects.ts";
import { createGithubForge } from "./github-forge.ts";
import { startEmulatedApp, webhookSecret } from "./testing/emulated-app.ts";

const repository = { id: "r", externalId: null, owner: "octocat", name: "app" };
const adapter = () =>
  createGithubForge({ log: { info() {}, warn() {}, error() {} }, fetch: testOutbound().fetch });

test("emulate accepts the App's signature and issues an installation token", async (t) => {
  const forge = adapter().connect((await startEmulatedApp(t)).connection());
  assert.equal((await forge.findRepository(repository))?.canPush, true);
  assert.match((await forge.findBranch(repository, "main"))?.sha ?? "", /^[0-9a-f]{40}$/);
  const { credential } = await httpsRemote(forge, repository);
  assert.equal(credential?.username, "x-access-token");
  assert.match(credential?.password ?? "", /^ghs_/);
});

test("rejects an App with a wrong key or an unparsable one", async (t) => {
  const app = await startEmulatedApp(t);
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const stranger = adapter().connect(app.connection(privateKey));
  await rejects(stranger.findRepository(repository), "forge_unauthorized", /installation of the App "tembo"/);
  const broken = adapter().connect(app.connection("-----BEGIN RSA PRIVATE KEY-----\nnone"));
  await rejects(
    broken.findRepository(repository),
    "forge_unauthorized",
    /private key of the GitHub App "tembo"/,
  );
});

test("the connection test reports the permissions that emulate has not granted", async (t) => {
  const { isHealthy, message } = await adapter()
    .connect((await startEmulatedApp(t)).connection())
    .test();
  assert.equal(isHealthy, false);
  assert.match(
    message,
    /lacks permissions in octocat: checks: read \(has none\), statuses: read \(has none\)\./,
  );
});

test("verifies and parses the App webhooks that emulate signs", async (t) => {
  const app = await startEmulatedApp(t);
  const { connect, verifyWebhook, readWebhook } = adapter();
  const thread = { kind: "issue", number: await app.openIssue("It breaks") } as const;
  await connect(app.connection()).comment(repository, thread, "@tembo fix it");

  const [opened] = readWebhook(await arrival(app.deliveries, "issues"));
  assert.ok(opened?.type === "issue.opened");
  assert.deepEqual([opened.issue.title, opened.actor?.login], ["It breaks", "octocat"]);

  const request = await arrival(app.deliveries, "issue_comment");
  assert.equal(verifyWebhook(request, webhookSecret), true);
  assert.equal(verifyWebhook(request, `${webhookSecret}x`), false);
  const [commented] = readWebhook(request);
  assert.ok(commented?.type === "comment.created");
  assert.deepEqual([commented.comment.body, commented.thread], ["@tembo fix it", thread]);
  assert.equal(commented.actor?.isBot, true);
});

/** Polls with a time limit for a delivery, because it can arrive after the response to the action. */
async function arrival(deliveries: readonly WebhookRequest[], event: string): Promise<WebhookRequest> {
  for (let tries = 0; tries < 500; tries++) {
    const found = deliveries.find(({ headers }) => headers["x-github-event"] === event);
    if (found !== undefined) return found;
    await sleep(20);
  }
  throw new Error(`received no ${event} among ${deliveries.length} deliveries`);
}
