import type { Cli, Outcome } from "../../../cli.ts";
import { readPrompt } from "../../../input/prompt.ts";
import { uploadFiles } from "../../../input/upload-files.ts";
import { waitForTurn } from "../watch/wait.ts";

interface MessageOptions {
  readonly steer?: boolean;
  readonly agent?: string;
  readonly attach: readonly string[];
  readonly wait?: boolean;
}

export async function sendMessage(
  cli: Cli,
  id: string,
  text: string,
  options: MessageOptions,
): Promise<Outcome> {
  const client = cli.client();
  const content = await readPrompt(cli, text);
  const attachments = await uploadFiles(client, options.attach);
  const result = await client.session.messages.create(id, {
    content,
    ...(options.steer && { deliveryMode: "steer" as const }),
    ...(options.agent !== undefined && { agent: options.agent }),
    ...(attachments.length > 0 && { attachments }),
  });
  if (options.wait) {
    return waitForTurn(cli, client, { sessionId: id, messageId: result.message.id, isWatched: false });
  }
  if (cli.isJson) cli.terminal.json(result);
  else if (!cli.terminal.isInteractive) cli.terminal.line(result.message.id);
  else {
    cli.terminal.line(
      options.steer
        ? "Sent the message to the running turn."
        : result.message.isQueued
          ? "Queued the message."
          : "The session is working on the message.",
    );
    cli.terminal.hint(`tembo session watch ${id}`);
  }
  return 0;
}
