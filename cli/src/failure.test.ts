import assert from "node:assert/strict";
import { test } from "node:test";
import type { Argument, Command } from "commander";
import type { World } from "./cli.ts";
import { commandLine } from "./complete/place.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import { buildProgram, runTembo } from "./program.ts";
import type { Failure } from "./terminal.ts";
import { answerWith, type FakeApi, startFakeApi } from "./testing/fake-api.ts";
import { createRecordingTerminal, type RecordingTerminal } from "./testing/recording-terminal.ts";
import { runCommand } from "./testing/run-command.ts";
import { linuxMachine, testWorld } from "./testing/test-world.ts";

const { program } = buildProgram(testWorld());
const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
const commands = all(program).filter((command) => command !== program);
const isGroup = (command: Command) => command.commands.length > 0 && command.name() !== "mcp";
const commandWords = (command: Command) => commandLine(command).split(" ").slice(1);

/** Returns a value that the command's own parser accepts. */
function valueFor({ argChoices }: Argument): string {
  return argChoices?.[0] ?? "x";
}

interface Run {
  readonly status: number;
  readonly terminal: RecordingTerminal;
}

async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  const terminal = createRecordingTerminal();
  const machine = { ...linuxMachine, home: "/nonexistent" };
  const world: World = { ...testWorld(env), machine, terminal };
  return { status: await runTembo(args, world), terminal };
}

/** Returns the failure that a run printed. Asserts that standard error contains nothing else. */
function failureOf({ terminal }: Run, line: string): Failure {
  assert.deepEqual(terminal.notes, [], line);
  assert.equal(terminal.failures.length, 1, line);
  return terminal.failures[0]!;
}

test("with --json, every command prints an unknown option as one JSON object", async () => {
  assert.ok(commands.length > 100);
  for (const command of commands) {
    const args = [...commandWords(command), "--no-such-option", "--json"];
    const line = args.join(" ");
    const ran = await run(args, {});
    const { message, next } = failureOf(ran, line);
    assert.equal(ran.status, 2, line);
    assert.match(message, /unknown option '--no-such-option'/, line);
    assert.match(next ?? "", /^tembo /, line);
  }
});

/** Commands that cannot fail, because they need neither the API nor other resources, or because their input is empty. */
const succeed = new Set([
  "tembo completion",
  "tembo complete",
  "tembo logout",
  "tembo mcp",
  "tembo open",
  "tembo profile list",
]);

test("with --json, every command prints a rejected request or a local failure as one JSON object", async () => {
  const refuse: FakeApi["answers"][string] = (_, response) =>
    answerWith(response, 403, { error: "An admin may do this." });
  await using api = await startFakeApi(new Proxy({}, { get: () => refuse }));
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const codes = new Map<string, string | undefined>();
  for (const command of commands.filter((one) => !isGroup(one))) {
    const values = command.registeredArguments.filter(({ required }) => required).map(valueFor);
    const args = [...commandWords(command), ...values, "--json", "--yes"];
    const line = args.join(" ");
    const ran = await run(args, env);
    if (succeed.has(commandLine(command))) {
      assert.deepEqual([ran.status, ran.terminal.failures], [0, []], line);
      continue;
    }
    const { message, code } = failureOf(ran, line);
    assert.equal(ran.status, exitCodeOf(code ?? null), line);
    assert.notEqual(message, "", line);
    codes.set(commandLine(command), code);
  }
  const forbidden = [...codes].filter(([, code]) => code === "forbidden");
  assert.equal(exitCodeOf("forbidden"), exitCodes.denied.code);
  assert.ok(forbidden.length > 60, `only ${forbidden.length} commands send a request`);
});

test("prints the JSON of a failure as the last line of standard error, with its code, request and next step", async () => {
  await using api = await startFakeApi({
    "GET /v1/sessions/a": (_, response) => {
      response.setHeader("x-request-id", "req-1f");
      answerWith(response, 401, { error: "The API key is\x9b unknown." });
    },
    "GET /v1/sessions/b": (_, response) =>
      answerWith(response, 400, { error: "Not valid.", code: "invalid_input", field: "title" }),
  });
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  const ran = await runCommand(["session", "show", "a", "--json"], { env });
  assert.deepEqual([ran.status, ran.stdout], [exitCodes.denied.code, ""]);
  assert.match(ran.stderr, /^[^\n]*\n$/);
  assert.doesNotMatch(ran.stderr, /\x9b/);
  const { next, ...failure } = JSON.parse(ran.stderr) as Failure;
  assert.deepEqual(failure, {
    message: "The API key is\x9b unknown.",
    code: "unauthenticated",
    status: 401,
    requestId: "req-1f",
    error: "The API key is\x9b unknown.",
  });
  const rejected = await run(["session", "show", "b", "--json"], env);
  assert.deepEqual(
    [rejected.status, failureOf(rejected, "b")],
    [exitCodes.usage.code, { message: "Not valid.", code: "invalid_input", field: "title", status: 400 }],
  );
  assert.match(next!, /^run "tembo login"/);
  const group = await runCommand(["session", "--json"], { env });
  assert.equal(group.status, exitCodes.usage.code);
  assert.deepEqual(JSON.parse(group.stderr), {
    message: '"tembo session" requires a subcommand.',
    code: "invalid_input",
    error: '"tembo session" requires a subcommand.',
    next: "tembo session --help",
  });
  const control = await runCommand(["session", "show", "a"], { env });
  assert.match(control.stderr, /^tembo: The API key is unknown\.\nNext: /);
});

test("includes the local server's error code in the JSON of a failure", async () => {
  const cause = Object.assign(new Error("PORT takes a number."), { name: "AppError", code: "invalid_input" });
  const terminal = createRecordingTerminal();
  const loadLocalServer = () => Promise.reject(cause);
  assert.equal(
    await runTembo(["start", "--json"], { ...testWorld(), terminal, loadLocalServer }),
    exitCodes.usage.code,
  );
  assert.deepEqual(terminal.failures, [{ message: "PORT takes a number.", code: "invalid_input" }]);
});

test("warns once about a key on the command line, but not about a key in the environment", async () => {
  const warning =
    'The shell saves the value of --api-key in its history. Use "tembo login" or TEMBO_API_KEY instead.';
  await using api = await startFakeApi({ "GET /v1/repositories": { items: [], nextCursor: null } });
  const env = { TEMBO_BASE_URL: api.url };
  const given = await run(["repo", "list", "--json", "--api-key", "key"], env);
  assert.deepEqual([given.status, given.terminal.notes], [0, [warning]]);
  const control = await run(["repo", "list", "--json"], { ...env, TEMBO_API_KEY: "key" });
  assert.deepEqual([control.status, control.terminal.notes], [0, []]);
});
