import assert from "node:assert/strict";
import { test } from "node:test";
import type { ForgeCredential } from "../../core/forges/index.ts";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { httpsRemote } from "../testing/https-remote.ts";
import { rejects } from "../testing/rejects.ts";
import { startRestServer } from "../testing/rest-server.ts";
import { authorizeUrl, exchangeCode } from "./oauth.ts";
import { makeGitea } from "./testing/gitea-under-test.ts";

const { fetch } = testOutbound();

const oauth = { type: "oauth", clientId: "client", clientSecret: "hush" } as const;

test("redirects the user to Gitea's authorization page with the state and the code challenge", () => {
  const url = new URL(
    authorizeUrl({
      webUrl: "https://git.example.com/gitea",
      clientId: "client",
      redirectUrl: "https://tembo.example.com/back",
      state: "s t",
      codeChallenge: "challenge",
      scopes: ["write:repository", "write:issue"],
    }),
  );
  assert.equal(url.origin + url.pathname, "https://git.example.com/gitea/login/oauth/authorize");
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    client_id: "client",
    redirect_uri: "https://tembo.example.com/back",
    response_type: "code",
    state: "s t",
    code_challenge: "challenge",
    code_challenge_method: "S256",
    scope: "write:repository write:issue",
  });
});

test("exchanges a code for a credential, and reports a rejected code", async (t) => {
  const server = await startRestServer(
    {
      "POST /login/oauth/access_token": ({ body }) => {
        const form = body as Record<string, string>;
        if (form.code_verifier !== "verifier" || form.client_secret !== "hush") {
          return { status: 400, body: { error: "unauthorized_client", error_description: "no such code" } };
        }
        return { status: 200, body: { access_token: "a", refresh_token: "r", expires_in: 3600 } };
      },
    },
    async () => false,
  );
  t.after(() => server.close());
  const input = {
    webUrl: server.url,
    clientId: "client",
    clientSecret: "hush",
    code: "code",
    redirectUrl: "https://tembo.example.com/back",
    codeVerifier: "verifier",
  };
  const credential = await exchangeCode(input, fetch);
  assert.ok(credential.type === "oauth");
  assert.deepEqual([credential.accessToken, credential.refreshToken], ["a", "r"]);
  assert.ok(Date.parse(credential.expiresAt ?? "") > Date.now());
  await rejects(
    exchangeCode({ ...input, codeVerifier: "other" }, fetch),
    "forge_unauthorized",
    /no such code/,
  );
  const unreachable = exchangeCode({ ...input, webUrl: "http://127.0.0.1:1" }, fetch);
  await rejects(unreachable, "forge_failed", /the request to http:\/\/127\.0\.0\.1:1 failed \(bad port\)/);
});

test("refreshes an expired access token once for concurrent requests, and stores it", async (t) => {
  const { fake, connect, repository } = await makeGitea(t);
  const { account } = fake.addAccount("connected", "admin");
  let refreshes = 0;
  fake.server.intercept(({ url, body }) => {
    if (url !== "/login/oauth/access_token") return null;
    refreshes += 1;
    const { refresh_token: given } = body as Record<string, string>;
    if (given !== "refresh-1") return { status: 400, body: { error: "invalid_grant" } };
    fake.tokens.set("fresh", { account, scopes: null });
    return { status: 200, body: { access_token: "fresh", refresh_token: "refresh-2", expires_in: 3600 } };
  });
  const kept: ForgeCredential[] = [];
  const ended = {
    ...oauth,
    accessToken: "old",
    refreshToken: "refresh-1",
    expiresAt: "2020-01-01T00:00:00Z",
  };
  const forge = connect(ended, (credential) => kept.push(credential));
  const [one, other] = await Promise.all([forge.account(), forge.findBranch(repository, "main")]);
  assert.deepEqual([one.login, other?.name, refreshes, kept.length], ["connected", "main", 1, 1]);
  assert.equal((await httpsRemote(forge, repository)).credential?.password, "fresh");

  // The token is revoked before it expires, so the adapter detects this only when the forge returns 401.
  fake.tokens.delete("fresh");
  const revoked = connect({ ...ended, accessToken: "revoked", expiresAt: null });
  assert.equal((await revoked.account()).login, "connected");
  const dead = connect({ ...ended, refreshToken: "refresh-0", expiresAt: null });
  await rejects(dead.account(), "forge_unauthorized", /invalid_grant.*Authorize the integration again/);
  const never = connect({ ...ended, accessToken: null });
  await rejects(never.account(), "forge_unauthorized", /not connected/);
});
