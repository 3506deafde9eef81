import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { httpsRemote } from "../../testing/https-remote.ts";
import { rejects } from "../../testing/rejects.ts";
import { appKey } from "../testing/app-key.ts";
import { type FakeScript, startFakeGithub } from "../testing/fake-github.ts";
import { appCredential } from "./app-credential.ts";
import { appPage } from "./app-page.ts";
import { createTokenCache } from "./token-cache.ts";

const repository = { id: "r", externalId: "1296269", owner: "octocat", name: "Hello-World" };
const mint = "POST /app/installations/{installation_id}/access_tokens";
const log = { info() {}, warn() {}, error() {} };
const hourMs = 3_600_000;

/** Starts a fake that numbers its tokens in the order of creation. The tokens expire after an hour. */
async function start(t: TestContext, script: FakeScript = {}, name = "ghs") {
  let now = new Date("2026-01-02T03:04:05Z");
  const clock = { now: () => now };
  const github = await startFakeGithub(t, {
    [mint]: ({ nth }) => ({
      status: 201,
      body: {
        token: `${name}_${nth}`,
        expires_at: new Date(now.getTime() + hourMs).toISOString(),
        permissions: {},
      },
    }),
    ...script,
  });
  const minted = () => github.asked().filter((asked) => asked.endsWith("/access_tokens")).length;
  return { github, clock, minted, pass: (ms: number) => (now = new Date(now.getTime() + ms)) };
}

test("shares one token among concurrent requests until it is about to expire", async (t) => {
  const { github, clock, minted, pass } = await start(t);
  const forge = github.connect(appKey(), clock);
  await Promise.all([1, 2, 3, 4].map(() => forge.rateLimit()));
  assert.equal(minted(), 1);
  pass(hourMs - 61_000);
  await forge.rateLimit();
  assert.equal(minted(), 1);
  pass(2000);
  await Promise.all([1, 2, 3, 4].map(() => forge.rateLimit()));
  assert.equal(minted(), 2);
  assert.equal(github.requests.at(-1)?.headers.authorization, "Bearer ghs_2");
  assert.deepEqual(github.violations, []);
});

test("gives git a token that is valid for at least ten more minutes", async (t) => {
  const { github, clock, pass } = await start(t);
  const forge = github.connect(appKey(), clock);
  const password = async () => (await httpsRemote(forge, repository)).credential?.password;
  assert.equal(await password(), "ghs_1");
  pass(hourMs - 601_000);
  assert.equal(await password(), "ghs_1");
  pass(2000);
  assert.equal(await password(), "ghs_2");
});

test("does not share a token between two servers with the same installation ID", async (t) => {
  const one = await start(t, {}, "one");
  const two = await start(t, {}, "two");
  const tokens = createTokenCache(one.clock);
  const credential = ({ github }: typeof one) => {
    const { apiUrl, webUrl, fetch } = github;
    return appCredential(appKey(), { apiUrl, webUrl, clock: one.clock, tokens, fetch, log });
  };
  assert.deepEqual(await Promise.all([credential(one).token(), credential(two).token()]), ["one_1", "two_1"]);
});

test("replaces a token once if GitHub rejects it before it expires", async (t) => {
  const { github, clock, minted } = await start(t, {
    "GET /rate_limit": ({ headers }) =>
      headers.authorization === "Bearer ghs_1" ? { status: 401, body: { message: "Bad credentials" } } : null,
  });
  const forge = github.connect(appKey(), clock);
  assert.equal((await forge.rateLimit())?.core.limit, 5000);
  assert.equal(minted(), 2);
  const other = await start(t, {
    "GET /rate_limit": () => ({ status: 401, body: { message: "Bad credentials" } }),
  });
  await rejects(other.github.connect(appKey(), other.clock).rateLimit(), "forge_unauthorized", /token/);
  assert.equal(other.minted(), 2);
});

test("reports that an installation was removed, and requests a new token the next time", async (t) => {
  const { github, clock } = await start(t, {
    [mint]: ({ nth }) => (nth === 1 ? { status: 404, body: { message: "Not Found" } } : null),
  });
  const forge = github.connect(appKey(), clock);
  await rejects(forge.findRepository(repository), "forge_unauthorized", /"tembo" is no longer installed/);
  assert.ok(await forge.rateLimit());
});

test("links to the installation page if the App is not installed", async (t) => {
  const { github, clock } = await start(t);
  const forge = github.connect(appKey({ installationId: null }), clock);
  await rejects(
    forge.rateLimit(),
    "forge_unauthorized",
    /not installed yet.*\/github-apps\/tembo\/installations\/new/,
  );
  const { isHealthy, message } = await forge.test();
  assert.deepEqual([isHealthy, /not installed yet/.test(message)], [false, true]);
});

test("returns the URL of the App's page on github.com, ghe.com and GitHub Enterprise Server", () => {
  assert.equal(appPage("https://github.com", "tembo"), "https://github.com/apps/tembo");
  assert.equal(appPage("https://acme.ghe.com", "tembo"), "https://acme.ghe.com/apps/tembo");
  assert.equal(appPage("https://git.example.com", "tembo"), "https://git.example.com/github-apps/tembo");
});

test("looks up the bot account of an App", async (t) => {
  const { github, clock } = await start(t);
  await github.connect(appKey(), clock).account();
  assert.equal(github.asked().at(-1), "GET /users/tembo%5Bbot%5D");
});
