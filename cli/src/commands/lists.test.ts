import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "commander";
import { commandLine } from "../complete/place.ts";
import { buildProgram, runTembo } from "../program.ts";
import { answerWith, type FakeApi, startFakeApi } from "../testing/fake-api.ts";
import { createRecordingTerminal } from "../testing/recording-terminal.ts";
import { testWorld } from "../testing/test-world.ts";
import type { LocalServer } from "./server/local-server.ts";

const id = "0199c0de-0000-7000-8000-000000000000";
/** Matches every response that a list reads. */
const nothing = {
  id,
  orgId: id,
  userId: id,
  items: [],
  nextCursor: null,
  modelProviders: [],
  sessionSource: { repositories: [] },
};

/** Lists that need an object of the server. Their own tests check the output. */
const elsewhere = new Set(["tembo member sign-ins"]);

const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
const lists = all(buildProgram(testWorld()).program).filter(
  (one) => /^list /.test(one.description()) && one.commands.length === 0 && !elsewhere.has(commandLine(one)),
);

async function run(api: FakeApi, command: Command, ...options: string[]) {
  const terminal = createRecordingTerminal();
  const local: Partial<LocalServer> = { listHarnesses: async () => [], listMachines: async () => [] };
  const world = {
    ...testWorld({ TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url, XDG_CONFIG_HOME: "/nonexistent" }),
    terminal,
    loadLocalServer: async () => local as LocalServer,
  };
  const words = commandLine(command).split(" ").slice(1);
  const given = command.registeredArguments.filter(({ required }) => required).map(() => id);
  const status = await runTembo([...words, ...given, ...options], world);
  return { status, terminal };
}

const emptyApi = () =>
  startFakeApi(
    new Proxy({}, { get: () => (_: unknown, response: never) => answerWith(response, 200, nothing) }),
  );

test("every command that lists something prints the same form of JSON", async () => {
  await using api = await emptyApi();
  assert.ok(lists.length > 20, `${lists.length} lists`);
  for (const command of lists) {
    const { status, terminal } = await run(api, command, "--json");
    const line = commandLine(command);
    assert.equal(status, 0, `${line}: ${JSON.stringify(terminal.failures)}`);
    assert.deepEqual(terminal.documents, [{ items: [], hasMore: false }], line);
  }
});

test("lists that grow with use stop at --limit, and report that there is more", async () => {
  const item = (number: number) => ({
    id: String(number),
    createdAt: "2026-01-01T00:00:00.000Z",
    eventType: "session.completed",
    status: "succeeded",
    attempts: 1,
    outcome: "200",
  });
  let next = 0;
  await using api = await startFakeApi({
    "GET /v1/webhooks/w1/deliveries": ({ line }, response) => {
      const limit = Number(/limit=(\d+)/.exec(line)![1]);
      const items = Array.from({ length: limit }, () => item(next++));
      answerWith(response, 200, { items, nextCursor: next < 250 ? String(next) : null });
    },
  });
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const list = async (...options: string[]) => {
    next = 0;
    const asked = api.asked.length;
    const terminal = createRecordingTerminal();
    const args = ["webhook", "deliveries", "w1", ...options];
    assert.equal(await runTembo(args, { ...testWorld(env), terminal }), 0);
    const { items, hasMore } = (terminal.documents[0] ?? {}) as { items?: unknown[]; hasMore?: boolean };
    const limits = api.asked.slice(asked).map(({ line }) => Number(/limit=(\d+)/.exec(line)![1]));
    return { count: items?.length, hasMore, limits, terminal };
  };
  const { terminal: _, ...usual } = await list("--json");
  assert.deepEqual(usual, { count: 50, hasMore: true, limits: [50] });
  const { terminal: _some, ...some } = await list("--json", "--limit", "120");
  assert.deepEqual(some, { count: 120, hasMore: true, limits: [100, 20] });
  const { terminal: _every, ...every } = await list("--json", "--all");
  assert.deepEqual(every, { count: 300, hasMore: false, limits: [100, 100, 100] });
  const { terminal } = await list("--limit", "2");
  assert.equal(terminal.lines.length, 2);
  assert.deepEqual(terminal.notes, ["Printed the first 2 items. Use --limit or --all for more."]);
});
