import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { integrationSecretsOf } from "../../core/forges/index.ts";
import { type IntegrationServer, publicUrl, serveIntegrations } from "../../testing/integration-server.ts";
import { addPerson } from "../../testing/person.ts";
import { cookieOf } from "../routes/sign-in/testing/browser.ts";

let server: IntegrationServer;
let counter = 0;
before(async () => {
  server = await serveIntegrations();
});
after(() => server.close());

const oauth = { clientId: "client-1", clientSecret: "hush" };

async function pending(change: object = {}) {
  const baseUrl = `https://oauth-${++counter}.example`;
  const id = await server.addForge({ type: "gitlab", oauth, baseUrl, ...change });
  const authorize = async (returnUrl?: string): Promise<string> => {
    const query = returnUrl === undefined ? "" : `?returnUrl=${encodeURIComponent(returnUrl)}`;
    const { status, body } = await server.call(`POST /v1/integrations/${id}/authorize${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body.authorizationUrl;
  };
  const stored = async () => (await server.testStore.store.integrations.findById(id))!;
  return { id, authorize, stored, secrets: async () => integrationSecretsOf(server.ports, await stored()) };
}

const readStateParameter = (url: string) => new URL(url).searchParams.get("state")!;
const callback = (parameters: Record<string, string>, init: RequestInit = {}) =>
  server.ask(`/api/integrations/callback?${new URLSearchParams(parameters)}`, undefined, {
    redirect: "manual",
    ...init,
  });
const form = { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" } };
const question = /Did you start this\?/;
/** Opens the callback in a browser that did not start the setup, and confirms the setup if requested. */
async function comeBack(parameters: Record<string, string>): Promise<Response> {
  const response = await callback(parameters);
  return question.test(await response.clone().text()) ? callback(parameters, form) : response;
}
/** Signs in as the owner of an API key and returns the cookies for the browser. */
async function signIn(apiKey: string): Promise<string> {
  const headers = { "content-type": "application/json", "sec-fetch-site": "same-origin" };
  const body = JSON.stringify({ apiKey });
  const response = await server.ask("/v1/sign-in", undefined, { method: "POST", headers, body });
  assert.equal(response.status, 200, await response.clone().text());
  return cookieOf(response).value;
}
/** Approves the app on the forge as `login`. Returns the code from the redirect. */
function agree(url: string, login: string): string {
  const code = server.gitlab.agree(url);
  server.gitlab.accounts.set(`agreed-${code}`, login);
  return code;
}

test("stores the credential, enables the integration, and redirects to returnUrl after consent", async () => {
  const { authorize, stored, secrets, id } = await pending();
  assert.equal((await stored()).enabledAt, null);
  const url = await authorize(`${publicUrl}/integrations?done=1`);
  assert.match(url, /^https:\/\/oauth-\d+\.example\/oauth\/authorize\?.*code_challenge_method=S256/);
  const response = await comeBack({ code: agree(url, "first-bot"), state: readStateParameter(url) });
  assert.equal(response.status, 303, await response.text());
  assert.equal(response.headers.get("location"), `${publicUrl}/integrations?done=1`);
  const integration = await stored();
  assert.deepEqual(integration.account, { id: "id-first-bot", login: "first-bot" });
  assert.notEqual(integration.enabledAt, null);
  const { credential } = (await secrets())!;
  assert.ok(credential.type === "oauth" && credential.accessToken?.startsWith("agreed-"));
  const job = server.jobs.at(-1)!;
  assert.ok(job.kind === "integrationSync" && job.integrationId === id);
});

test("accepts a state only once", async () => {
  const { authorize } = await pending();
  const url = await authorize();
  const first = await comeBack({ code: agree(url, "once-bot"), state: readStateParameter(url) });
  assert.equal(first.status, 200);
  assert.match(await first.text(), /is connected as once-bot/);
  const second = await comeBack({ code: agree(url, "once-bot"), state: readStateParameter(url) });
  assert.equal(second.status, 400);
  assert.match(await second.text(), /already used/);
});

test("accepts one of two concurrent callbacks with the same state", async () => {
  const { authorize } = await pending();
  const url = await authorize();
  const codes = [agree(url, "race-bot"), agree(url, "race-bot")];
  const both = await Promise.all(codes.map((code) => comeBack({ code, state: readStateParameter(url) })));
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 400]);
});

test("accepts a state for ten minutes", async (t) => {
  const { clock } = server.testStore;
  const start = clock.now();
  t.after(() => clock.set(start));
  const { authorize } = await pending();
  const [late, inTime] = [await authorize(), await authorize()];
  clock.set(new Date(start.getTime() + 10 * 60_000 - 1));
  const good = await comeBack({ code: agree(inTime, "time-bot"), state: readStateParameter(inTime) });
  assert.equal(good.status, 200);
  clock.set(new Date(start.getTime() + 10 * 60_000));
  const refused = await comeBack({ code: agree(late, "time-bot"), state: readStateParameter(late) });
  assert.equal(refused.status, 400);
});

test("rejects a code that was issued for another state", async () => {
  const { authorize, stored, secrets } = await pending();
  const [url, stolen] = [await authorize(), await authorize()];
  const response = await comeBack({ code: agree(stolen, "thief"), state: readStateParameter(url) });
  assert.equal(response.status, 400);
  assert.match(await response.text(), /does not take the code/);
  assert.equal((await stored()).enabledAt, null);
  const { credential } = (await secrets())!;
  assert.ok(credential.type === "oauth" && credential.accessToken === null);
  // Control: with its own state, such a code is accepted.
  const good = await comeBack({ code: agree(stolen, "owner"), state: readStateParameter(stolen) });
  assert.equal(good.status, 200);
});

test("does not store the state in plain text", async () => {
  const { authorize } = await pending();
  const state = readStateParameter(await authorize());
  const { rows } = await server.testStore.database.pool.query(
    "select coalesce(jsonb_agg(s)::text, '') as text from setup_states s",
  );
  assert.ok(rows[0].text.length > 10 && !rows[0].text.includes(state));
});

test("never redirects to another origin, regardless of returnUrl", async () => {
  for (const returnUrl of ["https://evil.example/", `${publicUrl}.evil.example/`, "javascript:alert(1)"]) {
    const { authorize } = await pending();
    const url = await authorize(returnUrl);
    const response = await comeBack({ code: agree(url, `bot-${counter}`), state: readStateParameter(url) });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("location"), null);
  }
});

test("shows the escaped reason after a refusal and invalidates the state", async () => {
  const { authorize } = await pending();
  const state = readStateParameter(await authorize());
  const response = await comeBack({
    error: "access_denied",
    error_description: "<script>no</script>",
    state,
  });
  const text = await response.text();
  assert.equal(response.status, 400);
  assert.ok(text.includes("&#60;script&#62;no") && !text.includes("<script>"));
  assert.match(response.headers.get("content-security-policy")!, /default-src 'none'/);
  assert.equal((await comeBack({ code: "x", state })).status, 400);
});

test("rejects a callback without a state, with an unknown one or with two", async () => {
  for (const query of ["", "?code=a", "?code=a&state=unknown", "?code=a&state=a&state=b"]) {
    const response = await server.ask(`/api/integrations/callback${query}`);
    assert.equal(response.status, 400, query);
  }
});

test("explains a changed installation without changing anything", async () => {
  const jobs = server.jobs.length;
  const response = await comeBack({ installation_id: "42", setup_action: "update" });
  assert.equal(response.status, 200);
  assert.match(await response.text(), /tembo integration sync/);
  assert.equal(server.jobs.length, jobs);
  const install = await comeBack({ installation_id: "42", setup_action: "install" });
  assert.equal(install.status, 400);
});

test("rejects authorization of an integration that uses a token", async () => {
  const id = await server.addForge({
    type: "gitlab",
    accessToken: "good",
    baseUrl: "https://token.example",
  });
  const { status, body } = await server.call(`POST /v1/integrations/${id}/authorize`);
  assert.equal(status, 409);
  assert.match(body.error, /uses a token/);
});

test("creates an app from a manifest, installs it and only then enables the integration", async () => {
  const id = await server.addForge({ type: "github", appManifest: true });
  const stored = async () => (await server.testStore.store.integrations.findById(id))!;
  const { body } = await server.call(`POST /v1/integrations/${id}/authorize`);
  const page = new URL(body.authorizationUrl);
  assert.equal(page.origin + page.pathname, `${publicUrl}/api/integrations/github/app`);
  const shown = await server.ask(`${page.pathname}${page.search}&organization=acme`);
  const html = await shown.text();
  const state = page.searchParams.get("integration-state")!;
  assert.equal(shown.status, 200, html);
  assert.ok(
    html.includes(`action="https://github.com/organizations/acme/settings/apps/new?state=${state}"`),
    html,
  );
  assert.ok(html.includes(`${publicUrl}/api/webhook/github?integration=${id}`));
  assert.ok(html.includes(`&#34;setup_url&#34;:&#34;${publicUrl}/api/integrations/callback&#34;`));
  assert.match(shown.headers.get("content-security-policy")!, /form-action https:\/\/github\.com$/);
  const bad = await server.ask(`${page.pathname}${page.search}&organization=a%2F..%2Fb`);
  assert.equal(bad.status, 400);

  const made = await comeBack({ code: "manifest-code", state });
  assert.equal(made.status, 303, await made.text());
  const install = new URL(made.headers.get("location")!);
  assert.equal(install.origin + install.pathname, "https://github.com/apps/tembo-seven/installations/new");
  assert.equal((await stored()).enabledAt, null);
  const again = await server.ask(`${page.pathname}${page.search}`);
  assert.equal(again.status, 400, "the manifest link works only once");

  const back = { state: install.searchParams.get("state")!, setup_action: "install" };
  server.github.accounts.set("installation-42", "tembo-seven[bot]");
  const installed = await comeBack({ ...back, installation_id: "42" });
  assert.equal(installed.status, 200, await installed.text());
  const integration = await stored();
  assert.equal(integration.account?.login, "tembo-seven[bot]");
  assert.notEqual(integration.enabledAt, null);
  const secrets = (await integrationSecretsOf(server.ports, integration))!;
  assert.ok(secrets.credential.type === "githubApp" && secrets.credential.installationId === "42");
  assert.equal(secrets.webhookSecret, "hook-secret-of-the-app");
});

test("creates the app in the integration's organization and names the owner on the page", async () => {
  const owned = {
    type: "github",
    appManifest: true,
    appOrganization: "acme",
    baseUrl: "https://ghe2.example",
  };
  const id = await server.addForge(owned);
  const settings = async () => (await server.call(`GET /v1/integrations/${id}/settings`)).body.settings;
  assert.equal((await settings()).appOrganization, "acme");
  const shown = async () => {
    const { body } = await server.call(`POST /v1/integrations/${id}/authorize`);
    const { pathname, search } = new URL(body.authorizationUrl);
    return (await server.ask(`${pathname}${search}`)).text();
  };
  const ofAcme = await shown();
  assert.match(ofAcme, /action="https:\/\/ghe2\.example\/organizations\/acme\/settings\/apps\/new\?/);
  assert.match(ofAcme, /The app will belong to the organization &#34;acme&#34;\./);
  const change = (appOrganization: string | null) =>
    server.call(`PATCH /v1/integrations/${id}`, { settings: { appOrganization } });
  assert.equal((await change("other-org")).status, 200);
  assert.match(await shown(), /\/organizations\/other-org\/settings/);
  assert.equal((await change("a/../b")).status, 400);
  assert.equal((await change(null)).status, 200);
  const own = await shown();
  assert.match(own, /action="https:\/\/ghe2\.example\/settings\/apps\/new\?/);
  assert.match(own, /belong to your own account\./);
  const byToken = { type: "github", accessToken: "good", appOrganization: "acme" };
  const refused = await server.call("POST /v1/integrations", byToken);
  assert.deepEqual([refused.status, /add "appManifest"/.test(refused.body.error)], [400, true]);
});

test("rejects an installation of another app, and allows another attempt", async () => {
  server.github.accounts.clear();
  const app = { appId: "8", slug: "other", privateKey: "PEM" };
  const id = await server.addForge({ type: "github", app, baseUrl: "https://ghe.example" });
  const authorize = async () =>
    new URL((await server.call(`POST /v1/integrations/${id}/authorize`)).body.authorizationUrl);
  const url = await authorize();
  assert.equal(url.pathname, "/github-apps/other/installations/new");
  for (const installation of ["43", "x", ""]) {
    const state = readStateParameter((await authorize()).href);
    const response = await comeBack({ state, installation_id: installation });
    assert.equal(response.status, 400, installation);
  }
  server.github.accounts.set("installation-43", "other[bot]");
  const state = readStateParameter((await authorize()).href);
  assert.equal((await comeBack({ state, installation_id: "43" })).status, 200);
});

test("asks for confirmation in a browser that did not start the authorization", async () => {
  const { authorize, stored } = await pending();
  const url = await authorize();
  const parameters = { code: agree(url, "victim"), state: readStateParameter(url) };
  const asked = await callback(parameters);
  const html = await asked.text();
  assert.equal(asked.status, 200);
  assert.match(html, question);
  assert.match(html, /of the organization .* wants to give the integration .*https:\/\/oauth-\d+\.example/);
  assert.match(
    asked.headers.get("content-security-policy")!,
    /form-action 'self' https:\/\/oauth-\d+\.example$/,
  );
  assert.equal((await stored()).enabledAt, null);
  const confirmed = await callback(parameters, form);
  assert.equal(confirmed.status, 200, "connects after confirmation in any browser");
  assert.match(await confirmed.text(), /is connected as victim/);
});

test("rejects confirmation by a person signed in to another account", async () => {
  const { authorize, stored } = await pending();
  const url = await authorize();
  const parameters = { code: agree(url, "signed-in-bot"), state: readStateParameter(url) };
  const victim = await addPerson(server.testStore);
  const confirm = (cookie: string) => callback(parameters, { ...form, headers: { ...form.headers, cookie } });
  const refused = await confirm(await signIn(victim.token));
  assert.equal(refused.status, 403);
  assert.match(await refused.text(), /Another person started/);
  assert.equal((await stored()).enabledAt, null);
  const good = await confirm(await signIn(server.key));
  assert.equal(good.status, 200, "control: accepts the person who started it");
});

test("skips the confirmation only in the browser that started the authorization", async () => {
  const { id, stored } = await pending();
  const cookie = await signIn(server.key);
  const begin = async () => {
    const response = await server.ask(`/v1/integrations/${id}/authorize`, undefined, {
      method: "POST",
      headers: { cookie, "sec-fetch-site": "same-origin" },
    });
    const [setup = ""] = response.headers.getSetCookie();
    return { url: ((await response.json()) as { authorizationUrl: string }).authorizationUrl, setup };
  };
  const { url, setup } = await begin();
  assert.match(
    setup,
    /^__Host-tembo_setup=[\w-]{43}; Max-Age=1800; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
  );
  const browser = setup.split(";")[0]!;
  const parameters = { code: agree(url, "browser-bot"), state: readStateParameter(url) };
  for (const other of ["", "__Host-tembo_setup=", `__Host-tembo_setup=${"a".repeat(43)}`]) {
    const response = await callback(parameters, { headers: { cookie: other } });
    assert.match(await response.text(), question, other);
  }
  assert.equal((await stored()).enabledAt, null);
  const good = await callback(parameters, { headers: { cookie: browser } });
  assert.match(await good.text(), /is connected as browser-bot/);
});
