import { paths } from "../../base/index.ts";
import { type Message, optionsOf } from "../../sessions/index.ts";
import type { PromptBlock } from "../harness/harness.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { composeThreads, type ThreadAnswer } from "./compose-threads.ts";
import { giveAttachments } from "./give-attachments.ts";
import { fileTagsOf } from "./prompt-blocks.ts";

/** Returns the blocks of a message: the lead and its text, the files that it tags, and its attachments. */
export async function messageBlocks(
  context: TurnContext,
  sandbox: Sandbox,
  message: Message,
  lead = "",
): Promise<PromptBlock[]> {
  const text = `${lead}${messageText(message)}`;
  return [
    { type: "text", text },
    ...(await threadBlocks(context, message)),
    ...(await taggedFiles(context, sandbox, message)),
    ...(await giveAttachments(context, sandbox, message)),
  ];
}

/** Returns a block about the review threads that the message assigns, or none if it assigns no thread. */
export async function threadBlocks(
  context: Pick<TurnContext, "ports" | "session" | "message">,
  { id }: Pick<Message, "id">,
): Promise<PromptBlock[]> {
  const threads = await context.ports.store.assignedThreads.ofMessage(id);
  return threads.length === 0
    ? []
    : [{ type: "text", text: composeThreads(threads, await threadAnswer(context)) }];
}

/** Reads the visibility again, because a person may have changed it since the turn started. */
async function threadAnswer(
  context: Pick<TurnContext, "ports" | "session" | "message">,
): Promise<ThreadAnswer> {
  if (optionsOf(context).mode === "plan") return "plan";
  const { visibility } = await context.ports.store.sessions.get(context.session.id);
  return visibility === "private" ? "message" : "reply";
}

/**
 * Returns the text of a message. Harnesses recognize a command by a slash at the very beginning, so the content follows
 * on separate lines, without the line that repeats the command.
 */
export function messageText({ slashCommand, content }: Pick<Message, "slashCommand" | "content">): string {
  if (slashCommand === null) return content;
  const line = `/${slashCommand.command.replace(/^\/+/, "")} ${slashCommand.arguments ?? ""}`.trim();
  if (content.trim() === line) return line;
  const lines = content.split("\n");
  const repetition = lines.findIndex((one) => one.trim() === line);
  const rest = lines.filter((_, index) => index !== repetition).join("\n");
  return `${line}\n\n${rest.trim()}`.trim();
}

/**
 * Returns the files that the message tags and that exist, each in the first repository that contains it, or otherwise
 * in the workspace itself.
 */
export async function taggedFiles(
  { ports, session, checkouts }: Pick<TurnContext, "ports" | "session" | "checkouts">,
  sandbox: Sandbox,
  message: Message,
): Promise<Extract<PromptBlock, { type: "resourceLink" }>[]> {
  const workspace = paths.workspace(ports.settings.dataDir, session.id);
  const files: Extract<PromptBlock, { type: "resourceLink" }>[] = [];
  for (const tag of fileTagsOf(message.content)) {
    for (const relative of [...checkouts.map(({ use }) => `${use.directory}/${tag}`), tag]) {
      if (!(await ports.workspaceFiles.isFile(workspace, relative))) continue;
      files.push({ type: "resourceLink", path: `${sandbox.workspacePath}/${relative}`, name: tag });
      break;
    }
  }
  return files;
}
