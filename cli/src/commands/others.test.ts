import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodes } from "../exit-codes.ts";
import { answerWith, type FakeApi, startFakeApi } from "../testing/fake-api.ts";
import { runCommand } from "../testing/run-command.ts";

const envOf = (api: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url });
const key = { id: "k1", name: "ci", tokenPreview: "tmb_...1", createdAt: "2026-01-01", lastUsedAt: null };

test("key create prints only the token, list fetches every page, and revoke sends the ID", async () => {
  await using api = await startFakeApi({
    "POST /v1/api-keys": { ...key, token: "tmb_secret" },
    "GET /v1/api-keys": ({ line }, response) =>
      answerWith(
        response,
        200,
        line.includes("cursor=k1")
          ? { items: [{ ...key, id: "k2", name: null }], nextCursor: null }
          : { items: [key], nextCursor: "k1" },
      ),
    "DELETE /v1/api-keys/k1": { id: "k1", deleted: true },
  });
  const env = envOf(api);
  assert.equal((await runCommand(["key", "create", "ci"], { env })).stdout, "tmb_secret\n");
  assert.deepEqual(api.asked[0]!.body, { name: "ci" });
  await runCommand(["key", "create"], { env });
  assert.deepEqual(api.asked[1]!.body, {});
  assert.equal(
    (await runCommand(["key", "list"], { env })).stdout,
    "k1\tci\ttmb_...1\t2026-01-01\tnever\nk2\t-\ttmb_...1\t2026-01-01\tnever\n",
  );
  assert.equal(JSON.parse((await runCommand(["key", "list", "--json"], { env })).stdout).items.length, 2);
  const revoked = await runCommand(["key", "revoke", "k1"], { env });
  assert.deepEqual([revoked.status, revoked.stdout], [0, "Revoked API key k1.\n"]);
});

test("repo list prints the name, branch and URL", async () => {
  const repository = {
    id: "r1",
    owner: "acme",
    name: "web",
    baseBranch: "main",
    url: "http://x/git/acme/web.git",
  };
  await using api = await startFakeApi({ "GET /v1/repositories": { items: [repository], nextCursor: null } });
  const ran = await runCommand(["repo", "list"], { env: envOf(api) });
  assert.deepEqual([ran.status, ran.stdout], [0, "r1\tacme/web\tmain\thttp://x/git/acme/web.git\n"]);
});

test("lists deliveries, shows one with its headers and body, and replays it", async () => {
  const delivery = {
    id: "w1",
    integrationId: "i1",
    provider: "github",
    deliveryId: "d1",
    eventName: "issues",
    source: "polling",
    status: "worked",
    outcome: "Started a session.",
    sessionId: "s1",
    receivedAt: "2026-01-01",
    workedAt: "2026-01-01",
  };
  await using api = await startFakeApi({
    "GET /v1/webhook-deliveries": { items: [delivery], nextCursor: null },
    "GET /v1/webhook-deliveries/w1": {
      ...delivery,
      headers: { "x-event": "issues" },
      body: "{\x1b}",
      isBodyCut: false,
    },
    "POST /v1/webhook-deliveries/w1/replay": { ...delivery, id: "w2" },
  });
  const env = envOf(api);
  const listed = await runCommand(["delivery", "list", "--status", "worked", "--integration", "i1"], { env });
  assert.equal(listed.stdout, "w1\t2026-01-01\tgithub (polling)\tissues\tworked\tStarted a session.\n");
  assert.equal(api.asked[0]!.line, "GET /v1/webhook-deliveries?integrationId=i1&status=worked&limit=50");
  const shown = await runCommand(["delivery", "show", "w1"], { env });
  assert.equal(shown.status, 0);
  assert.match(
    shown.stdout,
    /^github issues d1\nworked: Started a session\.\nsession s1\nx-event: issues\n\n\{/,
  );
  assert.ok(!shown.stdout.includes("\x1b"));
  assert.equal((await runCommand(["delivery", "replay", "w1"], { env })).stdout, "w2\n");
  assert.equal((await runCommand(["delivery", "list", "--status", "lost"], { env })).status, 2);
});

test("prints a failure as one sentence with the next step, and exits with the code of its kind", async () => {
  await using api = await startFakeApi({
    "GET /v1/sessions/a": (_, response) => answerWith(response, 401, { error: "The API key is unknown." }),
    "GET /v1/sessions/b": (_, response) => answerWith(response, 400, { error: "The id is no UUID.\x1b[2J" }),
    "DELETE /v1/api-keys/nope": (_, response) =>
      answerWith(response, 400, {
        error: 'The path parameter "apiKeyId" is not a UUID. Use an ID from the API.',
        code: "invalid_id",
        field: "apiKeyId",
      }),
    "DELETE /v1/api-keys/merged": (_, response) =>
      answerWith(response, 400, {
        error: "Pull request 7 is merged.",
        code: "invalid_input",
        field: "pullRequestId",
      }),
    "GET /v1/sessions/b/events/stream": (_, response) => answerWith(response, 403, { error: "No." }),
  });
  const env = envOf(api);
  const cases: [string[], NodeJS.ProcessEnv, RegExp][] = [
    [
      ["session", "show", "a"],
      env,
      /^tembo: The API key is unknown\.\nNext: run "tembo login".*set TEMBO_API_KEY/,
    ],
    [["session", "show", "b"], env, /^tembo: The id is no UUID\.\n$/],
    [["session", "show", "c"], env, /^tembo: There is nothing here\.\nNext: .*session list/],
    [
      ["key", "revoke", "k1"],
      env,
      /^tembo: There is nothing here\.\nNext: "tembo key list" lists valid IDs\.\n$/,
    ],
    [
      ["key", "revoke", "nope"],
      env,
      /^tembo: The API key ID is not valid, because it is not a UUID\.\nNext: "tembo key list" lists valid IDs\.\n$/,
    ],
    [["key", "revoke", "merged"], env, /^tembo: Pull request 7 is merged\.\n$/],
    [
      ["session", "message", "a", " "],
      env,
      /^tembo: The text is empty\.\nNext: pass it as an argument, or use - for standard input\.\n$/,
    ],
    [
      ["plan", "edit", "a", "--file", "-"],
      env,
      /argument, with --file FILE, or use - for standard input\.\n$/,
    ],
    [
      ["session", "create", "a", "--prompt-file", "b"],
      env,
      /^tembo: The text was specified twice\.\nNext: omit the argument or --prompt-file\.\n$/,
    ],
    [["sesion"], env, /^tembo: unknown command 'sesion'\. Did you mean session\?\nNext: tembo session\n$/],
    [["session", "list", "--lmit", "3"], env, /Did you mean --limit\?\nNext: tembo session list --help\n$/],
    [
      ["session", "watch"],
      env,
      /^tembo: missing required argument 'session'\nNext: tembo session watch --help\n$/,
    ],
    [["session", "watch", "b"], env, /^tembo: No\.\nNext: "tembo whoami"/],
    [
      ["session", "list"],
      {},
      /^tembo: No API key is configured\.\nNext: run "tembo login", or set TEMBO_API_KEY/,
    ],
    [["session", "list", "--url", "x"], env, /^tembo: The base URL "x"/],
    [["session", "frobnicate"], env, /^tembo: unknown command 'frobnicate'\nNext: tembo session --help\n$/],
    [
      ["session", "list", "--nope"],
      env,
      /^tembo: unknown option '--nope'\nNext: tembo session list --help\n$/,
    ],
  ];
  const kinds = [
    [/API key is unknown|No API key|tembo: No\./, "denied"],
    [/nothing here/, "notFound"],
    [/base URL/, "failed"],
  ] as const;
  for (const [args, environment, expected] of cases) {
    const ran = await runCommand(args, { env: environment });
    assert.match(ran.stderr, expected);
    const kind = kinds.find(([pattern]) => pattern.test(ran.stderr))?.[1] ?? "usage";
    assert.deepEqual([ran.status, ran.stdout], [exitCodes[kind].code, ""], ran.stderr);
  }
});

test("reports an unreachable server, with the command that starts a server", async () => {
  const api = await startFakeApi();
  const env = envOf(api);
  await api[Symbol.asyncDispose]();
  const ran = await runCommand(["session", "list"], { env });
  assert.equal(ran.status, exitCodes.unreachable.code);
  assert.match(ran.stderr, /ECONNREFUSED.*\nNext: start a server with "tembo start"/);
});

test("prints help to standard output and exits with 0", async () => {
  const ran = await runCommand(["--help"]);
  assert.equal(ran.status, 0);
  for (const name of [
    "start",
    "server",
    "worker",
    "doctor",
    "harness",
    "repo",
    "session",
    "secret",
    "egress",
    "budget",
    "key",
  ]) {
    assert.match(ran.stdout, new RegExp(`^ +${name}\\b`, "m"));
  }
});
