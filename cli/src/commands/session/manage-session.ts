import type { SessionUpdateBody } from "@tembo-io/sdk";
import type { Command } from "commander";
import { answer, answerSentence, suggest } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { CommandError } from "../../failure.ts";
import { confirm } from "../../input/confirm.ts";
import { readPrompt } from "../../input/prompt.ts";
import { waitForTurn } from "./watch/wait.ts";

/** `tembo session rename|pin|unpin|fork|delete`. */
export function addManageCommands(session: Command, runs: Registry["runs"]): void {
  session
    .command("rename")
    .description("give a session another title")
    .argument("<session>", "as in the list")
    .argument("<title>", "what it is called")
    .action(runs((cli: Cli, id: string, title: string) => update(cli, id, { title }, `is called ${title}`)));
  session
    .command("pin")
    .description("keep a session at the top of lists")
    .argument("<session>", "as in the list")
    .action(runs((cli: Cli, id: string) => update(cli, id, { isPinned: true }, "is pinned")));
  session
    .command("unpin")
    .description("let a session go from the top of lists")
    .argument("<session>", "as in the list")
    .action(runs((cli: Cli, id: string) => update(cli, id, { isPinned: false }, "is not pinned any more")));
  session
    .command("fork")
    .description("make a new session that goes on from this one")
    .argument("<session>", "as in the list")
    .argument(
      "[prompt]",
      "task for the agent, or - to read it from standard input; without one, the session waits for a message",
    )
    .option("--title <title>", "what it is called")
    .option("--wait", "wait for the end of its first turn; exit code 1 when it failed or was cancelled")
    .option("--watch", "like --wait, and show every event")
    .action(runs(fork));
  session
    .command("delete")
    .description("delete a session and its workspace; what was pushed stays")
    .argument("<session>", "as in the list")
    .action(runs(remove));
}

async function update(cli: Cli, id: string, body: SessionUpdateBody, done: string): Promise<Outcome> {
  const session = await cli.client().session.update(id, body);
  return answerSentence(cli, session, `Session ${session.id} ${done}.`);
}

async function fork(
  cli: Cli,
  id: string,
  given: string | undefined,
  { title, wait, watch }: { readonly title?: string; readonly wait?: boolean; readonly watch?: boolean },
): Promise<Outcome> {
  const isWaiting = wait === true || watch === true;
  if (isWaiting && given === undefined)
    throw new CommandError(
      "Without a prompt the new session does not start, so there is nothing to wait for.",
      "give a prompt, or leave out --wait and --watch.",
    );
  const prompt = given === undefined ? undefined : await readPrompt(cli, given);
  const client = cli.client();
  const forked = await client.session.fork(id, {
    ...(prompt !== undefined && { prompt }),
    ...(title !== undefined && { title }),
  });
  if (isWaiting) {
    if (!cli.isJson) cli.terminal.note(`Session ${forked.id}`);
    return waitForTurn(cli, client, { sessionId: forked.id, messageId: null, isWatched: watch === true });
  }
  return answer(cli, forked, () => {
    cli.terminal.line(cli.terminal.isInteractive ? `Session ${forked.id} goes on from ${id}.` : forked.id);
    const next = prompt === undefined ? `message ${forked.id} "..."` : `watch ${forked.id}`;
    suggest(cli, `tembo session ${next}`);
  });
}

async function remove(cli: Cli, id: string): Promise<Outcome> {
  await confirm(cli, `Session ${id} and its workspace are deleted; what was pushed stays.`);
  const deleted = await cli.client().session.delete(id);
  return answerSentence(cli, deleted, `Session ${deleted.id} is deleted.`);
}
