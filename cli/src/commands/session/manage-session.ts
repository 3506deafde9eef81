import type { Session, SessionUpdateBody } from "@tembo-io/sdk";
import type { Command } from "commander";
import { answer, answerSentence, suggest } from "../../answer.ts";
import type { Cli, Outcome, Registry } from "../../cli.ts";
import { UsageError } from "../../failure.ts";
import { confirm } from "../../input/confirm.ts";
import { readPrompt } from "../../input/prompt.ts";
import { waitForTurn } from "./watch/wait.ts";

export function addManageCommands(session: Command, runs: Registry["runs"]): void {
  session
    .command("rename")
    .description("change a session's title")
    .argument("<session>", "session ID")
    .argument("<title>", "new title")
    .action(
      runs((cli: Cli, id: string, title: string) =>
        update(cli, id, { title }, `Renamed session ${id} to ${title}.`),
      ),
    );
  session
    .command("pin")
    .description("pin a session to the top of lists")
    .argument("<session>", "session ID")
    .action(runs((cli: Cli, id: string) => update(cli, id, { isPinned: true }, `Pinned session ${id}.`)));
  session
    .command("unpin")
    .description("unpin a session")
    .argument("<session>", "session ID")
    .action(runs((cli: Cli, id: string) => update(cli, id, { isPinned: false }, `Unpinned session ${id}.`)));
  session
    .command("archive")
    .description("archive sessions, which hides them from lists; their turns must have ended")
    .argument("<session...>", "session IDs")
    .action(runs((cli: Cli, ids: readonly string[]) => setArchived(cli, ids, true)));
  session
    .command("unarchive")
    .description("restore archived sessions")
    .argument("<archived-session...>", "session IDs")
    .action(runs((cli: Cli, ids: readonly string[]) => setArchived(cli, ids, false)));
  session
    .command("fork")
    .description("create a session that continues from another")
    .argument("<session>", "session ID")
    .argument(
      "[prompt]",
      "task for the agent, or - for standard input; without one, the session waits for a message",
    )
    .option("--title <title>", "title of the new session")
    .option("--wait", "wait for the first turn to finish; exits with 1 on failure or cancellation")
    .option("--watch", "like --wait, but show the transcript")
    .action(runs(fork));
  session
    .command("delete")
    .description("delete a session and its workspace; pushed branches are kept")
    .argument("<session>", "session ID")
    .action(runs(remove));
}

async function update(cli: Cli, id: string, body: SessionUpdateBody, done: string): Promise<Outcome> {
  const session = await cli.client().session.update(id, body);
  return answerSentence(cli, session, done);
}

async function setArchived(cli: Cli, ids: readonly string[], archived: boolean): Promise<Outcome> {
  const items: Session[] = [];
  for (const id of ids) {
    items.push(await cli.client().session.update(id, { archived }));
    if (!cli.isJson) cli.terminal.line(`${archived ? "Archived" : "Restored"} session ${id}.`);
  }
  return answer(cli, { items, hasMore: false }, () => {});
}

async function fork(
  cli: Cli,
  id: string,
  given: string | undefined,
  { title, wait, watch }: { readonly title?: string; readonly wait?: boolean; readonly watch?: boolean },
): Promise<Outcome> {
  const isWaiting = wait === true || watch === true;
  if (isWaiting && given === undefined)
    throw new UsageError(
      "Without a prompt, the new session does not start, so there is nothing to wait for.",
      "add a prompt, or omit --wait and --watch.",
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
    cli.terminal.line(cli.terminal.isInteractive ? `Created session ${forked.id} from ${id}.` : forked.id);
    const next = prompt === undefined ? `message ${forked.id} "..."` : `watch ${forked.id}`;
    suggest(cli, `tembo session ${next}`);
  });
}

async function remove(cli: Cli, id: string): Promise<Outcome> {
  await confirm(cli, `This deletes session ${id} and its workspace. Pushed branches are kept.`);
  const deleted = await cli.client().session.delete(id);
  return answerSentence(cli, deleted, `Deleted session ${deleted.id}.`);
}
