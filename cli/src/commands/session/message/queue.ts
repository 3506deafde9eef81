import { answerItems } from "../../../answer.ts";
import type { Cli, Outcome, Registry } from "../../../cli.ts";
import { UsageError } from "../../../failure.ts";
import { readPrompt } from "../../../input/prompt.ts";
import { withNames } from "../../../names.ts";
import { wholeNumberTo } from "../../../options.ts";
import { allPages } from "../../../pages.ts";

export function addQueueCommands(session: Registry["program"], runs: Registry["runs"]): void {
  const queue = session
    .command("queue")
    .description("show or change a session's queued messages")
    .argument("<session>", "session ID")
    .action(runs(show));
  queue
    .command("edit")
    .description("change the text of a queued message")
    .argument("<message>", "message ID")
    .argument("<text>", "new text, or - for standard input")
    .action(runs(edit));
  queue
    .command("move")
    .description("change the position of a queued message")
    .argument("<message>", "message ID")
    .option("--to <number>", "new position, starting at 1", place)
    .option("--before <message>", "ID of the message to move it in front of")
    .action(runs(move));
  queue
    .command("steer")
    .description("deliver a queued message into the running turn")
    .argument("<message>", "message ID")
    .action(runs(steer));
  queue
    .command("delete")
    .description("delete a queued message")
    .argument("<message>", "message ID")
    .action(runs(remove));
}

async function show(cli: Cli, id: string): Promise<Outcome> {
  const { messages } = cli.client().session;
  const [waiting, names] = await withNames(
    cli,
    allPages((cursor) => messages.list(id, { state: "queued", limit: 100, cursor })),
    (all) => all.map(({ agent }) => agent),
  );
  return answerItems(cli, waiting, {
    POSITION: ({ deliveryMode }, index) => (deliveryMode === "steer" ? "steers" : String(index + 1)),
    ID: ({ id: messageId }) => messageId,
    FROM: ({ createdBy }) => createdBy ?? "-",
    AGENT: ({ agent }) => (agent === null ? "-" : { text: names.agent(agent), raw: agent }),
    TEXT: ({ content }) => content.replaceAll(/\s+/g, " ").slice(0, 80),
  });
}

async function edit(cli: Cli, messageId: string, text: string): Promise<Outcome> {
  const content = await readPrompt(cli, text);
  return printResult(cli, await cli.client().messages.update(messageId, { content }), "Edited");
}

async function move(
  cli: Cli,
  messageId: string,
  { to, before }: { readonly to?: number; readonly before?: string },
): Promise<Outcome> {
  if ((to === undefined) === (before === undefined)) {
    throw new UsageError("The command requires either --to or --before.", "use one of them, but not both.");
  }
  const where = before === undefined ? { position: (to ?? 1) - 1 } : { beforeMessageId: before };
  return printResult(cli, await cli.client().messages.update(messageId, where), "Moved");
}

async function steer(cli: Cli, messageId: string): Promise<Outcome> {
  return printResult(
    cli,
    await cli.client().messages.update(messageId, { deliveryMode: "steer" }),
    "Steered",
  );
}

async function remove(cli: Cli, messageId: string): Promise<Outcome> {
  return printResult(cli, await cli.client().messages.delete(messageId), "Deleted");
}

function printResult(cli: Cli, answer: { readonly id: string }, what: string): Outcome {
  if (cli.isJson) cli.terminal.json(answer);
  else cli.terminal.line(`${what} message ${answer.id}.`);
  return 0;
}

const place = wholeNumberTo(999_999);
