import assert from "node:assert/strict";
import { test } from "node:test";
import { type ForgeCredential, renewAlone } from "../../core/forges/index.ts";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { httpsRemote } from "../testing/https-remote.ts";
import { rejects } from "../testing/rejects.ts";
import { authorizeUrl, exchangeCode } from "./oauth.ts";
import { gitlabUnderTest } from "./testing/fake-under-test.ts";
import { oauthApplication } from "./testing/routes/oauth.ts";

const { fetch } = testOutbound();

const soon = () => new Date(Date.now() + 60_000).toISOString();

test("redirects the user to GitLab's authorization page with the state and the code challenge", () => {
  const url = new URL(
    authorizeUrl({
      webUrl: "https://git.example.com/gitlab",
      clientId: "the-application",
      redirectUrl: "https://tembo.example.com/back",
      state: "s",
      codeChallenge: "c",
      scopes: ["api", "read_user"],
    }),
  );
  assert.equal(url.origin + url.pathname, "https://git.example.com/gitlab/oauth/authorize");
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    client_id: "the-application",
    redirect_uri: "https://tembo.example.com/back",
    response_type: "code",
    state: "s",
    scope: "api read_user",
    code_challenge: "c",
    code_challenge_method: "S256",
  });
});

test("exchanges a code only once, for a valid credential", async (t) => {
  const { fake, bot, adapter } = await gitlabUnderTest(t);
  fake.refreshTokens.set("the-code", { user: bot, scopes: ["api"] });
  const input = {
    webUrl: fake.url,
    ...oauthApplication,
    code: "the-code",
    redirectUrl: "https://tembo.example.com/back",
    codeVerifier: "v",
  };
  const credential = await exchangeCode(input, fetch);
  assert.ok(credential.type === "oauth" && credential.accessToken && credential.refreshToken);
  assert.ok(Date.parse(credential.expiresAt!) > Date.now());
  const connection = { webUrl: fake.url, apiUrl: fake.apiUrl, credential, renew: renewAlone };
  const forge = adapter.connect(connection);
  assert.equal((await forge.account()).id, String(bot.id));
  assert.equal((await forge.test()).isHealthy, true);
  await rejects(exchangeCode(input, fetch), "forge_unauthorized", /invalid, expired or revoked/);
  const wrong = exchangeCode({ ...input, clientSecret: "another" }, fetch);
  await rejects(wrong, "forge_unauthorized", /unknown client/);
});

test("refreshes an expiring credential once for concurrent requests, and stores it", async (t) => {
  const { fake, bot, adapter, repository } = await gitlabUnderTest(t);
  fake.refreshTokens.set("refresh-1", { user: bot, scopes: ["api"] });
  const kept: ForgeCredential[] = [];
  const forge = adapter.connect({
    webUrl: fake.url,
    apiUrl: fake.apiUrl,
    credential: {
      type: "oauth",
      ...oauthApplication,
      accessToken: "an-old-one",
      refreshToken: "refresh-1",
      expiresAt: soon(),
    },
    renew: async (known, refresh) => {
      const renewed = await refresh(known);
      kept.push(renewed);
      return renewed;
    },
  });
  const [account, found, remote] = await Promise.all([
    forge.account(),
    forge.findRepository(repository),
    httpsRemote(forge, repository),
  ]);
  assert.deepEqual([account.id, found?.name], [String(bot.id), "app"]);
  assert.equal(kept.length, 1);
  assert.ok(kept[0]?.type === "oauth");
  assert.deepEqual(remote.credential, { username: "oauth2", password: kept[0].accessToken });
  assert.notEqual(kept[0].refreshToken, "refresh-1");
});

test("reports a credential that GitLab no longer refreshes", async (t) => {
  const { fake, adapter } = await gitlabUnderTest(t);
  const connect = (accessToken: string | null, refreshToken: string | null) =>
    adapter.connect({
      webUrl: fake.url,
      apiUrl: fake.apiUrl,
      credential: { type: "oauth", ...oauthApplication, accessToken, refreshToken, expiresAt: soon() },
      renew: renewAlone,
    });
  await rejects(connect("old", "spent").account(), "forge_unauthorized", /authorize the integration again/);
  await rejects(connect(null, null).account(), "forge_unauthorized", /no token yet/);
  assert.equal((await connect("old", "spent").test()).isHealthy, false);
});
