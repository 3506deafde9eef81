import assert from "node:assert/strict";
import { test } from "node:test";
import type { ForgeCredential } from "../../core/forges/index.ts";
import { testOutbound } from "../../outbound/testing/test-outbound.ts";
import { httpsRemote } from "../testing/https-remote.ts";
import { rejects } from "../testing/rejects.ts";
import { authorizeUrl, exchangeCode } from "./oauth.ts";
import { makeBitbucket } from "./testing/bitbucket-under-test.ts";

const { fetch } = testOutbound();

const basic = `Basic ${Buffer.from("client:hush").toString("base64")}`;

test("redirects the user to Bitbucket's authorization page with the state", () => {
  const url = new URL(
    authorizeUrl({
      webUrl: "https://bitbucket.org",
      clientId: "client",
      redirectUrl: "https://tembo.example.com/back",
      state: "s",
      codeChallenge: "c",
      scopes: [],
    }),
  );
  assert.equal(url.origin + url.pathname, "https://bitbucket.org/site/oauth2/authorize");
  assert.deepEqual(
    [url.searchParams.get("client_id"), url.searchParams.get("state"), url.searchParams.get("scope")],
    ["client", "s", null],
  );
});

test("exchanges a code for a credential, and refreshes the token before git needs it", async (t) => {
  const { fake, connect, repository } = await makeBitbucket(t);
  const { account } = fake.addAccount("connected", "admin");
  let issued = 0;
  fake.server.intercept(({ url, body, headers }) => {
    if (url !== "/site/oauth2/access_token") return null;
    const { grant_type: grant, code, refresh_token: refresh } = body as Record<string, string>;
    const isKnown = grant === "authorization_code" ? code === "code" : refresh === "refresh";
    if (headers.authorization !== basic || !isKnown) return { status: 400, body: { error: "invalid_grant" } };
    issued += 1;
    fake.tokens.set(`access-${issued}`, { account, scopes: null });
    return {
      status: 200,
      body: { access_token: `access-${issued}`, refresh_token: "refresh", expires_in: 600 },
    };
  });
  const input = {
    webUrl: fake.url,
    clientId: "client",
    clientSecret: "hush",
    code: "code",
    redirectUrl: "https://tembo.example.com/back",
    codeVerifier: "verifier",
  };
  const credential = await exchangeCode(input, fetch);
  await rejects(exchangeCode({ ...input, code: "other" }, fetch), "forge_unauthorized", /invalid_grant/);
  const kept: ForgeCredential[] = [];
  const forge = connect(credential, (renewed) => kept.push(renewed));
  assert.equal((await forge.account()).login, "connected");
  assert.equal(issued, 1);
  // A token with ten minutes left is sufficient for a request, but not for a push.
  const { credential: git } = await httpsRemote(forge, repository);
  assert.deepEqual([git?.username, git?.password], ["x-token-auth", "access-2"]);
  assert.ok(kept[0]?.type === "oauth" && kept[0].accessToken === "access-2");
});
