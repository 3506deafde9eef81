import assert from "node:assert/strict";
import { test } from "node:test";
import type { ForgeCredential } from "../../core/forges/index.ts";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { rejects } from "../testing/rejects.ts";
import { createGithubForge } from "./github-forge.ts";
import { createGithubSetup } from "./github-setup.ts";
import { startFakeGithub } from "./testing/fake-github.ts";

const tokenRequest = "POST /login/oauth/access_token";
const client = { clientId: "Iv1.0", clientSecret: "s" };
const { authorizeUrl, exchangeCode } = createGithubSetup({
  log: { info() {}, warn() {}, error() {} },
  fetch: testOutbound().fetch,
});
const fields = (body: unknown) => Object.fromEntries(new URLSearchParams(String(body)));

test("redirects the user to GitHub's authorization page with the state and the code challenge", () => {
  const url = new URL(
    authorizeUrl({
      webUrl: "https://github.com",
      clientId: "Iv1.0",
      redirectUrl: "https://tembo.example.com/back",
      state: "st&te",
      codeChallenge: "challenge",
      scopes: [],
    }),
  );
  assert.equal(url.origin + url.pathname, "https://github.com/login/oauth/authorize");
  const { state, code_challenge, code_challenge_method, scope } = Object.fromEntries(url.searchParams);
  assert.deepEqual(
    [state, code_challenge, code_challenge_method, scope],
    ["st&te", "challenge", "S256", "repo workflow"],
  );
});

test("exchanges a code and its code verifier for a credential", async (t) => {
  const { webUrl, requests } = await startFakeGithub(t, {
    [tokenRequest]: () => ({ body: { access_token: "ghu_1", refresh_token: "ghr_1", expires_in: 28_800 } }),
  });
  const redirectUrl = "https://tembo.example.com/back";
  const made = await exchangeCode({ webUrl, ...client, redirectUrl, code: "c", codeVerifier: "v" });
  assert.ok(made.type === "oauth");
  assert.deepEqual([made.accessToken, made.refreshToken], ["ghu_1", "ghr_1"]);
  assert.ok(Date.parse(made.expiresAt ?? "") > Date.now());
  assert.deepEqual(fields(requests[0]?.body), {
    client_id: "Iv1.0",
    client_secret: "s",
    code: "c",
    redirect_uri: redirectUrl,
    code_verifier: "v",
  });
});

test("reports an OAuth error that arrives with status 200", async (t) => {
  const { webUrl } = await startFakeGithub(t, {
    [tokenRequest]: () => ({
      body: { error: "bad_verification_code", error_description: "The code is incorrect." },
    }),
  });
  const exchange = exchangeCode({ webUrl, ...client, redirectUrl: "", code: "c", codeVerifier: "v" });
  await rejects(exchange, "forge_unauthorized", /The code is incorrect\. Authorize the integration again/);
});

test("refreshes an expiring token once for concurrent requests, and stores it", async (t) => {
  const now = new Date("2026-01-02T03:04:05Z");
  const github = await startFakeGithub(t, {
    [tokenRequest]: ({ nth }) => ({
      body: { access_token: `ghu_${nth + 1}`, refresh_token: `ghr_${nth + 1}`, expires_in: 28_800 },
    }),
  });
  const renewed: ForgeCredential[] = [];
  const forge = createGithubForge({
    fetch: testOutbound().fetch,
    log: { info() {}, warn() {}, error() {} },
    clock: { now: () => now },
  }).connect({
    webUrl: github.webUrl,
    apiUrl: github.apiUrl,
    credential: {
      type: "oauth",
      ...client,
      accessToken: "ghu_1",
      refreshToken: "ghr_1",
      expiresAt: "2026-01-02T03:04:30Z",
    },
    renew: async (known, refresh) => {
      const latest = await refresh(known);
      renewed.push(latest);
      return latest;
    },
  });
  await Promise.all([forge.account(), forge.account(), forge.account()]);
  const used = github.requests.filter(({ url }) => url.pathname.endsWith("/user"));
  assert.deepEqual(new Set(used.map(({ headers }) => headers.authorization)), new Set(["Bearer ghu_2"]));
  assert.deepEqual(
    renewed.map((one) => one.type === "oauth" && one.refreshToken),
    ["ghr_2"],
  );
});

test("reports a credential that has not been authorized yet", async (t) => {
  const github = await startFakeGithub(t);
  const credential = {
    type: "oauth",
    ...client,
    accessToken: null,
    refreshToken: null,
    expiresAt: null,
  } as const;
  await rejects(github.connect(credential).account(), "forge_unauthorized", /no access to GitHub yet/);
});
