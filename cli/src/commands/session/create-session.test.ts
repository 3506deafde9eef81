import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { exitCodes } from "../../exit-codes.ts";
import { type FakeApi, legacySession, startFakeApi } from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const envOf = (api: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url });

test("session create sends every option and prints one line when piped", async () => {
  await using api = await startFakeApi({
    "POST /session/create": legacySession,
    "GET /v1/repositories": {
      items: [
        { id: "r0", owner: "acme", name: "web-old" },
        { id: "r1", owner: "Acme", name: "web" },
      ],
      nextCursor: null,
    },
  });
  const ran = await runCommand(
    [
      ...["session", "create", "Fix it", "--repo", "acme/web", "--repo", "https://github.com/org/repo"],
      ...["--agent", "codex", "--target-branch", "dev", "--branch", "b", "--draft"],
    ],
    { env: envOf(api) },
  );
  assert.deepEqual(ran, {
    status: 0,
    signal: null,
    stdout: "s1\tqueued\thttp://tembo.example/sessions/s1\n",
    stderr: "",
  });
  assert.equal(api.asked[0]!.line, "GET /v1/repositories?search=web&limit=100");
  assert.equal(api.asked[1]!.headers.authorization, "Bearer key");
  assert.deepEqual(api.asked[1]!.body, {
    prompt: "Fix it",
    agent: "codex",
    targetBranch: "dev",
    branchName: "b",
    repositories: ["https://github.com/org/repo"],
    codeRepoIds: ["r1"],
    queueRightAway: false,
  });
});

const attemptsAnswer = {
  ...legacySession,
  attempts: [1, 2].map((number) => ({
    ...{ id: `s${number}`, number, agent: "codex:m", status: "queued" },
    htmlUrl: `http://tembo.example/sessions/s${number}`,
  })),
};

test("session create sends several attempts and prints a line for each", async () => {
  await using api = await startFakeApi({ "POST /session/create": attemptsAnswer });
  const env = envOf(api);
  const bodies: unknown[] = [];
  for (const options of [
    ["--attempts", "3", "--attempt", "codex"],
    ["--attempt", "codex", "--attempt", "claudeCode:m"],
  ]) {
    const ran = await runCommand(["session", "create", "x", ...options], { env });
    assert.equal(
      ran.stdout,
      "s1\tqueued\thttp://tembo.example/sessions/s1\ns2\tqueued\thttp://tembo.example/sessions/s2\n",
    );
    bodies.push(api.asked.at(-1)!.body);
  }
  assert.deepEqual(bodies, [
    { prompt: "x", attempts: [{ agent: "codex" }, {}, {}] },
    { prompt: "x", attempts: [{ agent: "codex" }, { agent: "claudeCode:m" }] },
  ]);
  const shown = await runCommand(["session", "create", "x", "--attempts", "2"], { env, isOnTerminal: true });
  assert.match(shown.stdout, /Attempt 2: session .*s2.* .*sessions\/s2/);
});

test("session create rejects attempts with options for one session, and a single attempt", async () => {
  await using api = await startFakeApi({ "POST /session/create": attemptsAnswer });
  const refused = async (options: readonly string[]) => {
    const ran = await runCommand(["session", "create", "x", ...options], { env: envOf(api) });
    assert.equal(ran.status, exitCodes.usage.code, ran.stdout);
    return ran.stderr;
  };
  assert.match(await refused(["--attempts", "2", "--watch"]), /--watch cannot be used with several attempts/);
  assert.match(await refused(["--attempts", "2", "--branch", "b"]), /--branch cannot be used/);
  assert.match(await refused(["--attempts", "1"]), /A single attempt needs neither/);
  assert.match(await refused(["--attempt", "codex"]), /use --agent/);
  assert.match(
    await refused(["--attempts", "2", "--attempt", "a", "--attempt", "b", "--attempt", "c"]),
    /--attempt names 3 agents for 2 attempts/,
  );
  assert.match(await refused(["--attempts", "5"]), /whole number from 1 to 4/);
  assert.deepEqual(api.asked, []);
});

test("session keep waits until the others have ended, and prints what failed", async () => {
  const attempt = { title: "x", agent: "codex:m", status: "completed", problem: null };
  const group = (state: string, problem: string | null) => ({
    ...{ groupId: "s1", count: 2, keptSessionId: "s1" },
    attempts: [
      { ...attempt, sessionId: "s1", number: 1, state: "kept", htmlUrl: "http://a/1" },
      { ...attempt, sessionId: "s2", number: 2, state, problem, htmlUrl: "http://a/2" },
    ],
  });
  await using api = await startFakeApi({
    "POST /v1/sessions/s1/keep": group("ending", null),
    "GET /v1/sessions/s1/attempts": group("ended", null),
  });
  const ran = await runCommand(["session", "keep", "s1"], { env: envOf(api) });
  assert.deepEqual(
    [ran.status, ran.stdout],
    [0, "1 of 2\ts1\tcodex:m\tcompleted\tkept\n2 of 2\ts2\tcodex:m\tcompleted\tended\n"],
  );
  api.answers["GET /v1/sessions/s1/attempts"] = group("ending", "Pull request #2 could not be closed.");
  const failed = await runCommand(["session", "keep", "s1"], { env: envOf(api) });
  assert.equal(failed.status, 1);
  assert.match(failed.stderr, /Attempt 2: Pull request #2 could not be closed\./);
  assert.equal((await runCommand(["session", "attempts", "s1"], { env: envOf(api) })).status, 0);
});

test("session create --json prints one document, and accepts global options after the command", async () => {
  await using api = await startFakeApi({ "POST /session/create": legacySession });
  const ran = await runCommand([
    "session",
    "create",
    "Fix it",
    "--json",
    "--url",
    api.url,
    "--api-key",
    "other",
  ]);
  assert.equal(ran.status, 0, ran.stderr);
  assert.deepEqual(JSON.parse(ran.stdout), legacySession);
  assert.equal(api.asked[0]!.headers.authorization, "Bearer other");
});

test("session create prints the target branch of pull requests on a terminal and with --wait", async () => {
  await using api = await startFakeApi({
    "POST /session/create": { ...legacySession, targetBranch: "main" },
  });
  const run = (isOnTerminal: boolean) =>
    runCommand(["session", "create", "x"], { env: envOf(api), isOnTerminal });
  assert.match((await run(true)).stdout, /Pull requests will be opened against main\./);
  assert.equal((await run(false)).stderr, "", "prints no note without a terminal");
  api.answers["POST /session/create"] = { ...legacySession, targetBranch: null };
  assert.doesNotMatch((await run(true)).stdout, /Pull requests/, "control");
  api.answers["POST /session/create"] = { ...legacySession, targetBranch: "dev" };
  const waiting = await runCommand(["session", "create", "x", "--wait"], { env: envOf(api) });
  assert.match(waiting.stderr, /^Session s1 .*\nPull requests will be opened against dev\.\n/);
});

test("reads the prompt from standard input or a file, and rejects more than one source", async () => {
  await using api = await startFakeApi({ "POST /session/create": legacySession });
  const folder = mkdtempSync(join(tmpdir(), "tembo-cli-"));
  try {
    const file = join(folder, "prompt.md");
    writeFileSync(file, "from a file\n");
    for (const args of [["-"], ["--prompt-file", "-"]]) {
      const ran = await runCommand(["session", "create", ...args], { env: envOf(api), input: "from input" });
      assert.equal(ran.status, 0, ran.stderr);
    }
    assert.equal(
      (await runCommand(["session", "create", "--prompt-file", file], { env: envOf(api) })).status,
      0,
    );
    assert.deepEqual(
      api.asked.map(({ body }) => body),
      [{ prompt: "from input" }, { prompt: "from input" }, { prompt: "from a file\n" }],
    );
    for (const args of [
      [],
      ["  "],
      ["a", "--prompt-file", file],
      ["--prompt-file", "/nonexistent/x"],
      ["a", "--draft", "--wait"],
    ]) {
      const ran = await runCommand(["session", "create", ...args], { env: envOf(api) });
      const isUnreadable = args.includes("/nonexistent/x") && args.length === 2;
      assert.equal(ran.status, isUnreadable ? exitCodes.failed.code : exitCodes.usage.code);
      assert.match(ran.stderr, /^tembo: /);
    }
    assert.equal(api.asked.length, 3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("session create reports an unknown repository with the next step, and creates nothing", async () => {
  await using api = await startFakeApi({ "GET /v1/repositories": { items: [], nextCursor: null } });
  const ran = await runCommand(["session", "create", "x", "--repo", "acme/web"], { env: envOf(api) });
  assert.equal(ran.status, exitCodes.notFound.code);
  assert.match(ran.stderr, /Repository "acme\/web" was not found[\s\S]*Next: .*tembo repo list/);
  assert.equal(api.asked.length, 1);
});
