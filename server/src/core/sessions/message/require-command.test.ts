import assert from "node:assert/strict";
import { test } from "node:test";
import { maxAvailableCommands } from "../../access/index.ts";
import type { Queries } from "../../ports.ts";
import { requireCommand } from "./require-command.ts";

const session = "00000000-0000-7000-8000-000000000001";
const codex = { name: "codex", displayName: "Codex" };

function ask(command: string, known: readonly string[] | null): Promise<void> {
  const events = { availableCommands: async () => known } as unknown as Queries["events"];
  return requireCommand({ events }, session, { command, arguments: null }, codex);
}

test("accepts a command of the harness in every notation", async () => {
  for (const command of ["review", "/review", "//review", "review --deep"]) await ask(command, ["review"]);
});

test("rejects an unknown command and lists the available ones", async () => {
  await assert.rejects(ask("/reviwe", ["review", "compact"]), {
    code: "invalid_input",
    message:
      'Codex has no command "/reviwe" in this session. Use one of these as "slashCommand.command": review, compact.',
  });
  await assert.rejects(ask("Review", ["review"]), { code: "invalid_input" });
  await assert.rejects(ask("x".repeat(5_000), []), ({ message }: Error) => {
    assert.match(message, /the harness has no commands/);
    return message.length < 300;
  });
  const many = Array.from({ length: maxAvailableCommands - 1 }, (_, n) => `command-${n}`);
  await assert.rejects(ask("another", many), /and 169 more/);
});

test("accepts any command while the harness's list is unknown or truncated", async () => {
  await ask("reviwe", null);
  await ask(
    "reviwe",
    Array.from({ length: maxAvailableCommands }, (_, n) => `command-${n}`),
  );
});
