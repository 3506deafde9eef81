import type { Cli, Outcome } from "../cli.ts";
import { readPrompt } from "../prompt.ts";
import { waitForTurn } from "./wait.ts";

export async function sendMessage(
  cli: Cli,
  id: string,
  text: string,
  options: { readonly wait?: boolean },
): Promise<Outcome> {
  const client = cli.client();
  const content = await readPrompt(cli, text, undefined);
  const result = await client.session.messages.create(id, { content });
  if (options.wait) {
    return waitForTurn(cli, client, { sessionId: id, messageId: result.message.id, isWatched: false });
  }
  if (cli.isJson) cli.terminal.json(result);
  else if (!cli.terminal.isInteractive) cli.terminal.line(result.message.id);
  else {
    cli.terminal.line(result.message.isQueued ? "The message is queued." : "The message is being worked on.");
    cli.terminal.note(`Next: tembo session watch ${id}`);
  }
  return 0;
}
