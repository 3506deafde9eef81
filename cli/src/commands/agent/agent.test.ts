import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  answerWith,
  type FakeApi,
  recorded,
  sessionIn,
  startFakeApi,
  streamOf,
} from "../../testing/fake-api.ts";
import { runCommand } from "../../testing/run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "tembo-agent-"));
after(() => rmSync(folder, { recursive: true }));

const id = "01a2154f-cdd9-78d2-bb54-1ddccf9c24ba";
const item = {
  id,
  name: "Old",
  createdAt: "2026-01-01T00:00:00.000Z",
  enabledAt: "2026-01-01T00:00:00.000Z",
  archivedAt: null,
  runCount: 2,
  scheduleCount: 1,
  triggerCount: 2,
  lastRun: null,
};
const agent = {
  ...item,
  key: "old",
  agent: null,
  sandboxSize: null,
  mcpServers: [],
  autoDetectRepositories: false,
  codeRepositories: [{ id: "r1", owner: "acme", name: "web" }],
  contentVersion: 3,
  script: "exit 0\n",
  instructions: {
    type: "doc",
    content: [
      { type: "heading", attrs: { level: 2 }, content: [{ type: "text", text: "Do" }] },
      {
        type: "bulletList",
        content: [
          {
            type: "listItem",
            content: [
              {
                type: "paragraph",
                content: [
                  { type: "text", text: "one" },
                  { type: "hardBreak" },
                  { type: "mention", attrs: { label: "ada" } },
                ],
              },
            ],
          },
        ],
      },
    ],
  },
};
const list = (...items: object[]) => ({ items, nextCursor: null, filterOptions: {} });
const envOf = ({ url }: FakeApi) => ({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: url });
const run = (api: FakeApi, ...args: string[]) =>
  runCommand(["agent", ...args], { env: envOf(api), cwd: folder });

test("lists agents, and shows one with its instructions", async () => {
  await using api = await startFakeApi({
    "GET /v1/agents": list(item, { ...item, id: "a2", enabledAt: null, scheduleCount: 0, triggerCount: 0 }),
    [`GET /v1/agents/${id}`]: agent,
  });
  assert.equal(
    (await run(api, "list", "--search", "O", "--status", "enabled")).stdout,
    `${id}\tenabled\t2\tnever\t1 schedule, 2 triggers\tOld\na2\tdisabled\t2\tnever\tmanually\tOld\n`,
  );
  assert.equal(api.asked[0]!.line, "GET /v1/agents?search=O&status=enabled&limit=100");
  const shown = (await run(api, "show", id)).stdout;
  assert.match(shown, /^repositories: acme\/web$/m);
  assert.match(shown, /\nInstructions\n## Do\n\n- one\n@ada\n\nScript\nexit 0\n$/);
});

test("finds an agent by name, even if archived, and requires the ID if two agents share the name", async () => {
  await using api = await startFakeApi({
    "GET /v1/agents": ({ line }, response) =>
      answerWith(
        response,
        200,
        line.includes("archived=true") && !line.includes("Twice")
          ? list(item)
          : line.includes("Twice")
            ? list({ ...item, id: "a1", name: "Twice" }, { ...item, id: "a2", name: "Twice" })
            : list(),
      ),
    [`DELETE /v1/agents/${id}`]: { id, deleted: true },
  });
  assert.equal((await run(api, "delete", "Old")).stdout, "Deleted agent Old.\n");
  assert.match(
    (await run(api, "delete", "Twice")).stderr,
    /2 agents are named "Twice"[\s\S]*Next: use one of these IDs: a1, a2/,
  );
  assert.match(
    (await run(api, "delete", "Older")).stderr,
    /Agent "Older" was not found[\s\S]*Next: "tembo agent list"/,
  );
});

test("creates an agent from all specified options", async () => {
  writeFileSync(join(folder, "do.md"), "First.\nSecond.\n\nThird.\n");
  await using api = await startFakeApi({
    "POST /v1/agents": agent,
    "GET /v1/repositories": { items: [{ id: "r1", owner: "acme", name: "web" }], nextCursor: null },
  });
  const made = await run(
    api,
    ...[
      "create",
      "Old",
      "--instructions-file",
      "do.md",
      "--agent",
      "codex",
      "--repo",
      "acme/web",
      "--mcp",
      "docs",
      "--size",
      "small",
      "--schedule",
      "0 9 * * 1",
      "--trigger",
      "github.push",
    ],
  );
  assert.deepEqual([made.status, made.stdout], [0, `${id}\n`], made.stderr);
  const text = (words: string) => ({ type: "text", text: words });
  assert.deepEqual(api.asked.at(-1)!.body, {
    name: "Old",
    instructions: {
      type: "doc",
      content: [
        { type: "paragraph", content: [text("First."), { type: "hardBreak" }, text("Second.")] },
        { type: "paragraph", content: [text("Third.")] },
      ],
    },
    agent: "codex",
    repositoryIds: ["r1"],
    mcpServers: ["docs"],
    sandboxSize: "small",
    schedules: [{ cron: "0 9 * * 1" }],
    triggers: [{ name: "github.push" }],
  });
  await run(api, "create", "--template", "securityScan");
  assert.deepEqual(api.asked.at(-1)!.body, { templateName: "securityScan" });
  await run(api, "create", "--copy-of", id);
  assert.deepEqual(api.asked.at(-1)!.body, { sourceAgentId: id });
  assert.match((await run(api, "create")).stderr, /A name is required\.\nNext: tembo agent create "/);
});

test("updates only the specified fields", async () => {
  writeFileSync(join(folder, "script.sh"), "exit 1\n");
  writeFileSync(join(folder, "empty.sh"), "");
  await using api = await startFakeApi({ [`PATCH /v1/agents/${id}`]: agent });
  for (const [args, body] of [
    [["--name", "New", "--key", "none"], { name: "New", key: null }],
    [["--script-file", "script.sh"], { script: "exit 1\n" }],
    [["--script-file", "empty.sh"], { script: null }],
  ] as const) {
    assert.equal((await run(api, "update", id, ...args)).status, 0);
    assert.deepEqual(api.asked.at(-1)!.body, body);
  }
  const asked = api.asked.length;
  assert.match((await run(api, "update", id)).stderr, /No change was specified/);
  assert.match(
    (await run(api, "update", id, "--script-file", "none.sh")).stderr,
    /Could not read the script/,
  );
  assert.equal(api.asked.length, asked);
  for (const [word, body] of [
    ["enable", { enabled: true }],
    ["disable", { enabled: false }],
    ["archive", { archived: true }],
    ["unarchive", { archived: false }],
  ] as const) {
    await run(api, word, id);
    assert.deepEqual(api.asked.at(-1)!.body, body);
  }
});

test("restores an agent's version, and shows or changes the agent's run policy", async () => {
  const policy = { overlap: "queue", pauseAfterFailures: null, pausedAt: null, pausedReason: null };
  await using api = await startFakeApi({
    [`GET /v1/agents/${id}`]: agent,
    [`POST /v1/agents/${id}/content-revisions/1/restore`]: { ...agent, contentVersion: 4 },
    [`GET /v1/agents/${id}/run-policy`]: policy,
    [`PATCH /v1/agents/${id}/run-policy`]: policy,
  });
  assert.match((await run(api, "restore", id, "1")).stdout, /Restored version 1 .* as version 4\./);
  assert.deepEqual(api.asked.at(-1)!.body, { expectedContentVersion: 3 });
  assert.match((await run(api, "policy", id)).stdout, /pause after failures: +never/);
  await run(api, "policy", id, "--pause-after", "never", "--overlap", "skip");
  assert.deepEqual(api.asked.at(-1)!.body, { overlap: "skip", pauseAfterFailures: null });
  assert.equal((await run(api, "policy", id, "--pause-after", "101")).status, 2);
});

test("run reads the payload from an argument, a file or standard input, and accepts only an object", async () => {
  writeFileSync(join(folder, "payload.json"), '{"b":2}');
  await using api = await startFakeApi({
    [`POST /v1/agents/${id}/runs`]: { jobId: "j1", agentId: id, status: "queued" },
  });
  for (const [payload, body] of [
    ['{"a":1}', { a: 1 }],
    ["@payload.json", { b: 2 }],
    ["-", { c: 3 }],
  ] as const) {
    const ran = await runCommand(["agent", "run", id, "--payload", payload], {
      env: envOf(api),
      cwd: folder,
      input: '{"c":3}',
    });
    assert.deepEqual([ran.status, ran.stdout], [0, "Queued run j1.\n"], ran.stderr);
    assert.deepEqual(api.asked.at(-1)!.body, body);
  }
  for (const [payload, message] of [
    ["[1]", /^tembo: The payload is not a JSON object\.\nNext: /],
    ["null", /^tembo: The payload is not a JSON object\.\nNext: /],
    ["{", /^tembo: The payload is not valid JSON: .*\nNext: /],
    ["@nothing.json", /^tembo: Could not read the payload: .*\nNext: check the path/],
  ] as const)
    assert.match((await run(api, "run", id, "--payload", payload)).stderr, message);
  assert.equal(api.asked.length, 3);
});

test("run --watch watches the session once it exists, or prints why no session exists", async () => {
  const runOf = (status: string, sessionId: string | null) => ({
    id: "j1",
    status,
    sessionId,
    errorMessage: status === "skipped" ? "The script said so" : null,
  });
  const log = [{ type: "turn.completed", turnId: "t1", message: "Done." }];
  let asked = 0;
  await using api = await startFakeApi({
    [`POST /v1/agents/${id}/runs`]: { jobId: "j1", agentId: id, status: "queued" },
    [`GET /v1/agents/${id}/runs/j1`]: (_, response) =>
      answerWith(response, 200, asked++ === 0 ? runOf("queued", null) : runOf("running", "s1")),
    "GET /v1/sessions/s1": sessionIn("completed"),
    "GET /v1/sessions/s1/events/stream": streamOf(log),
    "GET /v1/sessions/s1/events": { items: recorded([]), nextCursor: null },
  });
  const watched = await run(api, "run", id, "--watch");
  assert.deepEqual([watched.status, watched.stdout], [0, "completed: Done.\n"], watched.stderr);
  api.answers[`GET /v1/agents/${id}/runs/j1`] = runOf("skipped", null);
  const skipped = await run(api, "run", id, "--watch");
  assert.equal(skipped.status, 1);
  assert.match(skipped.stderr, /The run was skipped: The script said so\.\nNext: tembo agent runs/);
});
