import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { exitCodes } from "../../exit-codes.ts";
import { answerWith, type FakeApi, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

let home: string;
let file: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "tembo-login-"));
  file = join(home, "tembo", "profiles.json");
});
afterEach(() => rmSync(home, { recursive: true }));

const lists = { items: [], nextCursor: null };

/** Starts a server that accepts one key. */
const serverWith = (key: string): Promise<FakeApi> =>
  startFakeApi({
    "GET /me": ({ headers }, response) =>
      headers.authorization === `Bearer ${key}`
        ? answerWith(response, 200, { orgId: "o1", userId: null })
        : answerWith(response, 401, { error: "The API key is unknown." }),
    "GET /v1/sessions": lists,
    "GET /v1/organizations/o1": { id: "o1", name: "Acme" },
    "GET /healthz": { status: "ok", version: "0.1.0" },
  });

const tembo = (args: readonly string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}) =>
  runCommand(args, { input: options.input ?? "", env: { XDG_CONFIG_HOME: home, ...options.env } });

test("login stores a valid key in a file that only its owner can read, and later commands use it", async () => {
  await using api = await serverWith("good");
  const ran = await tembo(["login", "--url", api.url], { input: "good\n" });
  assert.deepEqual([ran.status, ran.stdout], [0, `Logged in to ${api.url} as profile default.\n`]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(join(home, "tembo")).mode & 0o777, 0o700);
  assert.equal((await tembo(["session", "list"])).status, 0);
  assert.equal(api.asked.at(-1)?.headers.authorization, "Bearer good");
  const who = await tembo(["whoami"]);
  assert.match(who.stdout, /key from: +profile default\norganization: +Acme \(o1\)\n$/);
  assert.ok(!who.stdout.includes("good"));
  assert.deepEqual(JSON.parse((await tembo(["whoami", "--json"])).stdout), {
    url: api.url,
    key: "profile default",
    version: "0.1.0",
    orgId: "o1",
    userId: null,
    organization: "Acme",
    name: null,
    emailAddress: null,
    role: null,
  });
});

test("whoami shows the name, address and role of the key's owner, and the server's version", async () => {
  const member = { userId: "u1", emailAddress: "ada@example.com", firstName: "Ada", lastName: "Byron" };
  const api = await serverWith("unused");
  await using server = api;
  api.answers["GET /me"] = { orgId: "o1", userId: "u1" };
  api.answers["GET /v1/organizations/o1/members"] = {
    items: [
      { ...member, userId: "u0", firstName: "Other" },
      { ...member, role: "org:admin" },
    ],
    nextCursor: null,
  };
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: server.url };
  assert.equal(
    (await tembo(["whoami"], { env })).stdout.replaceAll(/ +/g, " "),
    `server: ${server.url} (version 0.1.0)\nkey from: TEMBO_API_KEY\norganization: Acme (o1)\nname: Ada Byron\nemail: ada@example.com\nrole: admin\nuser: u1\n`,
  );
  delete api.answers["GET /healthz"];
  const json = JSON.parse((await tembo(["whoami", "--json"], { env })).stdout);
  assert.deepEqual([json.version, json.emailAddress, json.role], [null, "ada@example.com", "org:admin"]);
});

test("login does not store a key that the server rejects", async () => {
  await using api = await serverWith("good");
  const ran = await tembo(["login", "--url", api.url], { input: "bad\n" });
  assert.equal(ran.status, exitCodes.denied.code);
  assert.match(ran.stderr, /The API key is unknown\.\nNext: run "tembo login"/);
  assert.throws(() => statSync(file), { code: "ENOENT" });
});

test("login rejects an invalid URL before it asks for a key", async () => {
  const ran = await tembo(["login", "--url", "not an address"], { input: "" });
  assert.equal(ran.status, 1);
  assert.match(ran.stderr, /The base URL "not an address" is not valid/);
});

test("selects one of several servers by option, by variable or by the current profile", async () => {
  await using work = await serverWith("w");
  await using own = await serverWith("o");
  const first = await tembo(["login", "--url", work.url, "--profile", "work"], { input: "w" });
  assert.equal(first.stderr, "");
  const second = await tembo(["login", "--url", own.url, "--profile", "own"], { input: "o" });
  assert.equal(
    second.stderr,
    'Commands now use profile own instead of work.\nNext: run "tembo profile use work" to switch back.\n',
  );
  assert.equal((await tembo(["login", "--url", own.url, "--profile", "own"], { input: "o" })).stderr, "");
  const asked = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const before = [work.asked.length, own.asked.length];
    const ran = await tembo(["session", "list", ...args], { env });
    assert.equal(ran.status, 0, ran.stderr);
    return work.asked.length > before[0]! ? "work" : own.asked.length > before[1]! ? "own" : "none";
  };
  assert.equal(await asked([]), "own", "uses the profile of the last login");
  assert.equal(await asked(["--profile", "work"]), "work");
  assert.equal(await asked([], { TEMBO_PROFILE: "work" }), "work");
  assert.equal(await asked(["--profile", "own"], { TEMBO_PROFILE: "work" }), "own");
  const pair = { TEMBO_API_KEY: "w", TEMBO_BASE_URL: work.url };
  assert.equal(
    await asked([], { ...pair, TEMBO_PROFILE: "own" }),
    "work",
    "an API key from the environment takes precedence",
  );
  assert.equal((await tembo(["profile", "use", "work"])).status, 0);
  assert.equal(await asked([]), "work");
  assert.equal((await tembo(["profile", "list"])).stdout, `work\t${work.url}\tyes\nown\t${own.url}\t-\n`);
  assert.equal((await tembo(["logout"])).stdout, "Deleted profile work.\n");
  assert.match(
    (await tembo(["session", "list"])).stderr,
    /No API key is configured\.\nNext: run "tembo login"/,
  );
  assert.equal((await tembo(["logout", "--all", "--json"])).stdout, '{\n  "removed": [\n    "own"\n  ]\n}\n');
  assert.equal((await tembo(["logout"])).stdout, "You were not logged in.\n");
});

test("sends a stored key only to the server that it belongs to", async () => {
  await using own = await serverWith("o");
  await using other = await serverWith("o");
  await tembo(["login", "--url", own.url], { input: "o" });
  for (const [args, env] of [
    [["--url", other.url], {}],
    [[], { TEMBO_BASE_URL: other.url }],
  ] as [string[], NodeJS.ProcessEnv][]) {
    const ran = await tembo(["session", "list", ...args], { env });
    assert.equal(ran.status, exitCodes.usage.code);
    assert.match(ran.stderr, /The API key in profile default is for .*\nNext: omit --url/);
  }
  assert.equal(other.asked.length, 0);
  assert.equal((await tembo(["session", "list", "--url", `${own.url}/`])).status, 0, "control");
});

test("rejects a profile file that others can read, or that is invalid", async () => {
  await using api = await serverWith("good");
  await tembo(["login", "--url", api.url], { input: "good" });
  chmodSync(file, 0o640);
  const open = await tembo(["session", "list"]);
  assert.match(open.stderr, /Other users can read the keys in .*\nNext: chmod 600 /);
  chmodSync(file, 0o600);
  assert.equal((await tembo(["session", "list"])).status, 0, "control");
  for (const text of ["{", "[]", '{"current":1,"profiles":{}}', '{"current":null,"profiles":{"a":{}}}']) {
    writeFileSync(file, text);
    assert.match(
      (await tembo(["session", "list"])).stderr,
      /Could not read .*\nNext: fix the file, or delete it/s,
    );
  }
  assert.equal(readFileSync(file, "utf8"), '{"current":null,"profiles":{"a":{}}}');
});

test("reports an invalid or unknown profile name, or an unusable location, with the next step", async () => {
  await using api = await serverWith("good");
  const { failed, usage, notFound } = exitCodes;
  const cases: [args: string[], env: NodeJS.ProcessEnv, expected: RegExp, exit: { code: number }][] = [
    [
      ["login", "--profile", "../x"],
      {},
      /is not a valid profile name\.\nNext: use at most 64 letters/,
      usage,
    ],
    [
      ["session", "list", "--profile", "nope"],
      {},
      /Profile "nope" was not found\.\nNext: run "tembo login --profile nope"/,
      notFound,
    ],
    [["profile", "use", "nope"], {}, /Profile "nope" was not found\.\nNext: "tembo profile list"/, notFound],
    [["logout", "--profile", "nope"], {}, /Profile "nope" was not found/, notFound],
    [
      ["login", "--url", api.url],
      { XDG_CONFIG_HOME: "relative", HOME: "" },
      /Cannot determine where to store profiles\.\nNext: set HOME/,
      failed,
    ],
    [
      ["login", "--url", api.url],
      { XDG_CONFIG_HOME: "/dev/null/nowhere" },
      /Could not save the profile: .*\nNext: set XDG_CONFIG_HOME/,
      failed,
    ],
  ];
  for (const [args, env, expected, exit] of cases) {
    const ran = await tembo(args, { env, input: "good" });
    assert.equal(ran.status, exit.code, args.join(" "));
    assert.match(ran.stderr, expected);
  }
});
