import { InvalidArgumentError } from "commander";
import type { Cli, Outcome, Registry } from "../../../cli.ts";
import { CommandError } from "../../../failure.ts";
import { readPrompt } from "../../../input/prompt.ts";
import { allPages } from "../../../pages.ts";
import { printTable } from "../../../table.ts";

/** `tembo session queue [ID]` and its subcommands. */
export function addQueueCommands(session: Registry["program"], runs: Registry["runs"]): void {
  const queue = session
    .command("queue")
    .description("show the messages of a session that wait, and change them")
    .argument("<session>", "of the session, as in the list")
    .action(runs(show));
  queue
    .command("edit")
    .description("change the words of a message that waits")
    .argument("<message>", "its id, as in the queue")
    .argument("<text>", "- reads it from standard input")
    .action(runs(edit));
  queue
    .command("move")
    .description("change when a message is worked")
    .argument("<message>", "its id, as in the queue")
    .option("--to <number>", "its place in the queue, from 1", place)
    .option("--before <message>", "message to place it before")
    .action(runs(move));
  queue
    .command("steer")
    .description("put a message that waits into the turn that runs")
    .argument("<message>", "its id, as in the queue")
    .action(runs(steer));
  queue
    .command("delete")
    .description("delete a message that waits")
    .argument("<message>", "its id, as in the queue")
    .action(runs(remove));
}

async function show(cli: Cli, id: string): Promise<Outcome> {
  const { messages } = cli.client().session;
  const waiting = await allPages((cursor) => messages.list(id, { state: "queued", limit: 100, cursor }));
  if (cli.isJson) {
    cli.terminal.json({ items: waiting });
    return 0;
  }
  printTable(
    cli.terminal,
    ["", "ID", "FROM", "AGENT", "TEXT"],
    waiting.map(({ id: messageId, createdBy, agent, content, deliveryMode }, index) => [
      deliveryMode === "steer" ? "steers" : String(index + 1),
      messageId,
      createdBy ?? "",
      agent ?? "",
      content.replaceAll(/\s+/g, " ").slice(0, 80),
    ]),
  );
  return 0;
}

async function edit(cli: Cli, messageId: string, text: string): Promise<Outcome> {
  const content = await readPrompt(cli, text);
  return say(cli, await cli.client().messages.update(messageId, { content }), "is edited");
}

async function move(
  cli: Cli,
  messageId: string,
  { to, before }: { readonly to?: number; readonly before?: string },
): Promise<Outcome> {
  if ((to === undefined) === (before === undefined)) {
    throw new CommandError("The new position of the message is missing.", "give --to or --before.");
  }
  const where = before === undefined ? { position: (to ?? 1) - 1 } : { beforeMessageId: before };
  return say(cli, await cli.client().messages.update(messageId, where), "is moved");
}

async function steer(cli: Cli, messageId: string): Promise<Outcome> {
  return say(cli, await cli.client().messages.update(messageId, { deliveryMode: "steer" }), "steers");
}

async function remove(cli: Cli, messageId: string): Promise<Outcome> {
  return say(cli, await cli.client().messages.delete(messageId), "is deleted");
}

function say(cli: Cli, answer: { readonly id: string }, what: string): Outcome {
  if (cli.isJson) cli.terminal.json(answer);
  else cli.terminal.line(`The message ${answer.id} ${what}.`);
  return 0;
}

function place(value: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(value)) throw new InvalidArgumentError("It takes a whole number from 1.");
  return Number(value);
}
