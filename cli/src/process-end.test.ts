import assert from "node:assert/strict";
import { test } from "node:test";
import type { Argument, Command } from "commander";
import { commandLine } from "./complete/place.ts";
import { buildProgram } from "./program.ts";
import { answerWith, startFakeApi } from "./testing/fake-api.ts";
import { runCommand } from "./testing/run-command.ts";
import { testWorld } from "./testing/test-world.ts";

const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
const requiredOf = (command: Command) => command.registeredArguments.filter(({ required }) => required);
const valueFor = ({ argChoices }: Argument): string => argChoices?.[0] ?? "x";

/**
 * The command that requires the fewest arguments in every fourth group of client commands, and its arguments. Each process
 * takes about a second.
 */
const sample = buildProgram(testWorld())
  .program.commands.filter((command) => command.helpGroup() !== "This machine:")
  .filter((_, index) => index % 4 === 0)
  .map((group) => {
    const [command] = leaves(group).sort((one, other) => requiredOf(one).length - requiredOf(other).length);
    return [...commandLine(command!).split(" ").slice(1), ...requiredOf(command!).map(valueFor)];
  });

// Other tests run commands in their own process, which continues. Here, a timer or socket that a command leaves would
// keep its process running until the test's time limit.
test("the process of a command ends after a request", async () => {
  assert.ok(sample.length > 5);
  await using api = await startFakeApi(
    new Proxy(
      {},
      {
        get: () => (_: unknown, response: Parameters<typeof answerWith>[0]) =>
          answerWith(response, 200, { items: [], nextCursor: null }),
      },
    ),
  );
  const env = { TEMBO_API_KEY: "key", TEMBO_BASE_URL: api.url };
  for (const args of sample) {
    const ran = await runCommand(args, { env, inProcess: false });
    assert.ok(ran.status !== null, `${args.join(" ")}: ${ran.signal}`);
  }
  assert.ok(api.asked.length > sample.length / 2, "control: most commands send a request");
});
