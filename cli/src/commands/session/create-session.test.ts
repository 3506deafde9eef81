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
