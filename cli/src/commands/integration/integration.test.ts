import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { exitCodes } from "../../exit-codes.ts";
import { answerWith, type FakeApi, startFakeApi } from "../../testing/fake-api.ts";
import { forgeProviders } from "../../testing/forge-providers.ts";
import { runCommand } from "../../testing/run-command.ts";

const envOf = (api: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url });
const providersLine = "GET /v1/integrations/providers?limit=100";
/** Returns all requests except the request for the list of forges. */
const askedOf = (api: FakeApi) => api.asked.filter(({ line }) => line !== providersLine);
const linesOf = (api: FakeApi) => askedOf(api).map(({ line }) => line);
const providers = { "GET /v1/integrations/providers": forgeProviders };
const token = "glpat-very-hidden";
const at = "2026-01-01T00:00:00.000Z";
const integration = {
  id: "i1",
  type: "gitlab",
  displayName: "gitlab.com",
  enabledAt: at,
  lastSyncedAt: null,
  repositoryCount: 2,
  sourceCount: 0,
  createdAt: at,
  updatedAt: at,
};
const github = { ...integration, id: "i2", type: "github", displayName: "Ours", enabledAt: null };
const created = { integration, sessionSourceId: null };
const listed = { ...providers, "GET /v1/integrations": { items: [integration, github], nextCursor: null } };
const settings = {
  integrationId: "i1",
  webUrl: "https://gitlab.com",
  apiUrl: "https://gitlab.com/api/v4",
  account: { id: "1", login: "bot" },
  credential: "token",
  webhookUrl: "https://t.example/api/webhook/gitlab?integration=i1",
  settings: {
    defaultRepositoryId: null,
    mentionName: "tembo",
    events: "webhook",
    enablesNewRepositories: false,
    enabled: true,
  },
  lastSync: { status: "succeeded", requestedAt: at, endedAt: at, outcome: "The forge shows 2 repositories." },
};
const repository = { id: "r1", owner: "acme", name: "web", baseBranch: "main", enabledAt: null, url: "u" };

test("integration add reads the token from standard input and never prints it", async () => {
  await using api = await startFakeApi({ ...providers, "POST /v1/integrations": created });
  const args = ["integration", "add", "gitlab", "--token", "--base-url", "https://git.example", "--polling"];
  const ran = await runCommand([...args, "--enable-new", "--mention", "helper"], {
    env: envOf(api),
    input: `${token}\n`,
  });
  assert.deepEqual(ran, { status: 0, signal: null, stdout: "i1\n", stderr: "" });
  assert.deepEqual(askedOf(api)[0]!.body, {
    type: "gitlab",
    accessToken: token,
    baseUrl: "https://git.example",
    mentionName: "helper",
    events: "polling",
    enablesNewRepositories: true,
  });
});

test("does not echo a token typed on a terminal", async () => {
  await using api = await startFakeApi({ ...providers, "POST /v1/integrations": created });
  let isTyped = false;
  const ran = await runCommand(["integration", "add", "gitlab"], {
    env: envOf(api),
    isOnTerminal: true,
    onOutput(stdout, child) {
      if (isTyped || !stdout.includes("input is hidden")) return;
      isTyped = true;
      child.type(`${token}\r`);
    },
  });
  assert.equal(ran.status, 0, ran.stdout);
  assert.match(ran.stdout, /GitLab token \(input is hidden\):/);
  assert.ok(!ran.stdout.includes(token), ran.stdout);
  assert.deepEqual(askedOf(api)[0]!.body, { type: "gitlab", accessToken: token });
});

test("reads a token from a file, and rejects a token as an argument", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tembo-integration-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "token");
  writeFileSync(file, `${token}\n`);
  await using api = await startFakeApi({ ...providers, "POST /v1/integrations": created });
  const env = envOf(api);
  const args = ["integration", "add", "bitbucket", "--token-file", file, "--username", "me"];
  assert.equal((await runCommand(args, { env })).status, 0);
  assert.deepEqual(askedOf(api)[0]!.body, { type: "bitbucket", accessToken: token, username: "me" });
  for (const wrong of [
    ["integration", "add", "gitlab", "--token", token],
    ["integration", "add", "gitlab", token],
    ["integration", "add", "sourceforge"],
    ["integration", "add", "gitlab", "--app-manifest"],
    ["integration", "add", "gitlab", "--username", "me"],
    ["integration", "add", "github", "--token", "--app-manifest"],
    ["integration", "add", "github", "--organization", "acme"],
    ["integration", "add", "gitea", "--token", "--oauth-client-id", "c"],
  ]) {
    assert.notEqual((await runCommand(wrong, { env, input: token })).status, 0, wrong.join(" "));
  }
  assert.equal(askedOf(api).length, 1);
});

test("prints the URL where the user completes an app or OAuth setup", async () => {
  const page = "https://t.example/api/integrations/github/app?integration-state=s";
  await using api = await startFakeApi({
    ...providers,
    "POST /v1/integrations": { ...created, integration: github },
    "POST /v1/integrations/i2/authorize": { authorizationUrl: page },
    ...listed,
  });
  const env = envOf(api);
  const manifest = ["integration", "add", "github", "--app-manifest", "--organization", "acme"];
  const ran = await runCommand(manifest, { env });
  assert.deepEqual([ran.status, ran.stdout], [0, `${page}\n`]);
  assert.match(ran.stderr, /On GitHub, the app will belong to acme\./);
  assert.match(ran.stderr, /"tembo integration authorize i2" prints a new one/);
  assert.doesNotMatch(ran.stderr, /inactive/);
  assert.deepEqual(askedOf(api)[0]!.body, { type: "github", appManifest: true, appOrganization: "acme" });
  const oauth = ["integration", "add", "gitea", "--oauth-client-id", "c", "--base-url", "https://g.example"];
  assert.equal((await runCommand(oauth, { env, input: "hush\n" })).stdout, `${page}\n`);
  const { body } = askedOf(api)[2]!;
  assert.deepEqual(body, {
    type: "gitea",
    baseUrl: "https://g.example",
    oauth: { clientId: "c", clientSecret: "hush" },
  });
  assert.equal((await runCommand(["integration", "authorize", "github"], { env })).stdout, `${page}\n`);
});

test("authorize saves the app's new owner before it prints the URL", async () => {
  await using api = await startFakeApi({
    "PATCH /v1/integrations/i2": github,
    "POST /v1/integrations/i2/authorize": { authorizationUrl: "https://t.example/x" },
    ...listed,
  });
  const args = ["integration", "authorize", "github", "--organization", "acme"];
  const ran = await runCommand(args, { env: envOf(api) });
  assert.deepEqual([ran.status, ran.stdout], [0, "https://t.example/x\n"], ran.stderr);
  const changed = askedOf(api).find(({ line }) => line.startsWith("PATCH"));
  assert.deepEqual(changed?.body, { settings: { appOrganization: "acme" } });
});

test("warns that an app's webhook is inactive if GitHub cannot reach the server, unless it polls", async () => {
  const page = "http://127.0.0.1:3000/api/integrations/github/app?integration-state=s";
  await using api = await startFakeApi({
    ...providers,
    "POST /v1/integrations": { ...created, integration: github },
    "POST /v1/integrations/i2/authorize": { authorizationUrl: page },
  });
  const add = async (...args: string[]) =>
    (await runCommand(["integration", "add", "github", "--app-manifest", ...args], { env: envOf(api) }))
      .stderr;
  assert.match(await add(), /GitHub cannot reach this server, so the app's webhook is inactive/);
  assert.doesNotMatch(await add("--polling"), /inactive/);
  assert.doesNotMatch(await add("--base-url", "http://localhost:4000"), /inactive/);
});

test("prints the forge's error message when the forge rejects an integration", async () => {
  await using api = await startFakeApi({
    ...providers,
    "POST /v1/integrations": (_, response) => answerWith(response, 400, { error: "The token has expired." }),
  });
  const ran = await runCommand(["integration", "add", "gitlab"], { env: envOf(api), input: token });
  assert.deepEqual([ran.status, ran.stderr], [exitCodes.usage.code, "tembo: The token has expired.\n"]);
});

test("lists and shows integrations, and finds one by ID, name or type", async () => {
  await using api = await startFakeApi({ ...listed, "GET /v1/integrations/i1/settings": settings });
  const env = envOf(api);
  const run = async (...args: string[]) => (await runCommand(["integration", ...args], { env })).stdout;
  assert.equal(await run("list"), "i1\tgitlab\tgitlab.com\tyes\t2\tnever\ni2\tgithub\tOurs\tno\t2\tnever\n");
  for (const name of ["i1", "gitlab", "GitLab.com"]) {
    assert.match(
      await run("show", name),
      /account\tbot\n(.*\n)*last sync\tThe forge shows 2 repositories\.\n/,
    );
  }
  const none = await runCommand(["integration", "show", "gitea"], { env });
  assert.match(none.stderr, /Integration "gitea" was not found\.\nNext: "tembo integration list"/);
});

test("integration test prints what is missing, and fails if anything is missing", async () => {
  let healthy = true;
  await using api = await startFakeApi({
    ...listed,
    "POST /v1/integrations/i1/test": (_, response) =>
      answerWith(response, 200, { healthy, message: healthy ? "All is well." : "It lacks write access." }),
  });
  const env = envOf(api);
  const good = await runCommand(["integration", "test", "i1"], { env });
  assert.deepEqual([good.status, good.stdout], [0, "All is well.\n"]);
  healthy = false;
  const bad = await runCommand(["integration", "test", "i1"], { env });
  assert.deepEqual([bad.status, bad.stdout], [1, "It lacks write access.\n"]);
});

test("integration sync waits for its result without --queued, and remove deletes the integration", async () => {
  await using api = await startFakeApi({
    ...listed,
    "GET /v1/integrations/i1/settings": settings,
    "POST /v1/integrations/i1/sync": { integrationId: "i1", jobId: null, mode: "immediate" },
    "DELETE /v1/integrations/i1": { id: "i1", deleted: true },
  });
  const env = envOf(api);
  const synced = await runCommand(["integration", "sync", "gitlab", "--enable-new"], { env });
  assert.deepEqual([synced.status, synced.stdout], [0, "The forge shows 2 repositories.\n"]);
  assert.deepEqual(askedOf(api)[1]!.body, { mode: "immediate", enablesNewRepositories: true });
  const queued = await runCommand(["integration", "sync", "gitlab", "--queued"], { env });
  assert.equal(queued.stdout, "Queued the sync.\n");
  assert.deepEqual(api.asked.at(-1)!.body, { mode: "queued" });
  const removed = await runCommand(["integration", "remove", "gitlab"], { env });
  assert.equal(removed.stdout, "Removed integration gitlab.com.\n");
});

test("integration set changes only the specified settings", async () => {
  await using api = await startFakeApi({
    ...listed,
    "GET /v1/repositories": { items: [repository], nextCursor: null },
    "PATCH /v1/integrations/i1": integration,
  });
  const env = envOf(api);
  const args = ["integration", "set", "i1", "--events", "polling", "--default-repo", "acme/web", "--disable"];
  assert.equal((await runCommand(args, { env })).stdout, "Updated integration gitlab.com.\n");
  assert.deepEqual(api.asked.at(-1)!.body, {
    settings: { events: "polling", enabled: false, defaultRepositoryId: "r1" },
  });
  await runCommand(["integration", "set", "i1", "--default-repo", "none", "--token"], { env, input: token });
  assert.deepEqual(api.asked.at(-1)!.body, {
    settings: { defaultRepositoryId: null },
    accessToken: token,
  });
  const nothing = await runCommand(["integration", "set", "i1"], { env });
  assert.match(nothing.stderr, /No change was specified/);
});

test("repo set changes only the specified settings, and resets them with none and default", async () => {
  await using api = await startFakeApi({
    "GET /v1/repositories": { items: [repository], nextCursor: null },
    "PATCH /v1/repositories/r1": repository,
  });
  const env = envOf(api);
  const args = ["repo", "set", "acme/web", "--label", "bot", "--reviewer", "ada", "bo", "--fix-checks", "on"];
  assert.equal((await runCommand(args, { env })).stdout, "Updated acme/web.\n");
  assert.deepEqual(api.asked.at(-1)!.body, {
    pullRequestLabels: ["bot"],
    pullRequestReviewers: ["ada", "bo"],
    fixesChecks: true,
  });
  const back = ["repo", "set", "acme/web", "--label", "none", "--fix-checks", "default", "--base", "default"];
  await runCommand(back, { env });
  assert.deepEqual(api.asked.at(-1)!.body, { pullRequestLabels: [], fixesChecks: null, baseBranch: null });
  assert.match((await runCommand(["repo", "set", "acme/web"], { env })).stderr, /No change was specified/);
});

test("enables and disables repositories by name or ID, including disabled ones", async () => {
  await using api = await startFakeApi({
    "GET /v1/repositories": { items: [repository], nextCursor: null },
    "PATCH /v1/repositories/r1": repository,
  });
  const env = envOf(api);
  const enabled = await runCommand(["repo", "enable", "Acme/Web"], { env });
  assert.deepEqual([enabled.status, enabled.stdout], [0, "Enabled acme/web for sessions.\n"]);
  assert.match(linesOf(api)[0]!, /enabled=all/);
  assert.deepEqual(askedOf(api)[1]!.body, { enabled: true });
  const disabled = await runCommand(["repo", "disable", "r1"], { env });
  assert.equal(disabled.stdout, "Disabled acme/web for sessions.\n");
  assert.deepEqual(linesOf(api).at(-1), "PATCH /v1/repositories/r1");
  const none = await runCommand(["repo", "enable", "acme/other"], { env });
  assert.match(none.stderr, /Repository "acme\/other" was not found\.\nNext: "tembo repo list --all"/);
  const all = await runCommand(["repo", "list", "--all"], { env });
  assert.equal(all.stdout, "r1\tacme/web\tmain\tno\tu\n");
});
