import { paths } from "../../paths.ts";
import type { Conversation, PromptBlock } from "../../ports/harness.ts";
import type { Sandbox } from "../../ports/sandbox.ts";
import { composeGuidance } from "../guidance/compose-guidance.ts";
import { closingInstructions } from "../guidance/organization-instructions.ts";
import { optionsOf, type TurnContext } from "../turn-context.ts";
import { decidePromptOrigin, fileTagsOf, promptBlocks } from "./prompt-blocks.ts";

/**
 * What the harness is sent first: the message with what belongs to it, or the word to go on where it was cut off. What it must know
 * besides stands in a block of its own before a conversation's first message.
 */
export async function composePrompt(
  context: TurnContext,
  sandbox: Sandbox,
  { isResumed }: Pick<Conversation, "isResumed">,
): Promise<PromptBlock[]> {
  const origin = decidePromptOrigin({
    isPromptSent: context.turn.isPromptSent,
    isConversationResumed: isResumed,
    hadConversation: context.session.conversationId !== null,
  });
  const blocks = promptBlocks(origin, textOf(context), await taggedFiles(context, sandbox));
  const guidance = isFirstPrompt(context, isResumed) ? await composeGuidance(context) : null;
  return guidance === null ? blocks : [{ type: "text", text: guidance }, ...blocks];
}

/** A conversation that was opened for the session's first message, and cut off before it was sent, has heard nothing yet. */
function isFirstPrompt({ turn }: TurnContext, isResumed: boolean): boolean {
  return !isResumed || (turn.number === 1 && !turn.isPromptSent);
}

/** The message, and what the organization wants said at the end. */
function textOf(context: TurnContext): string {
  const { message, checkouts } = context;
  if (checkouts.length === 0 || optionsOf(context).mode === "plan") return message.content;
  return [message.content, ...closingInstructions(context)].join("\n\n");
}

/** The files that the message tags and that exist, in the first repository that has them. */
async function taggedFiles(
  context: TurnContext,
  sandbox: Sandbox,
): Promise<{ path: string; name: string }[]> {
  const { ports, session, checkouts, message } = context;
  const workspace = paths.workspace(ports.settings.dataDir, session.id);
  const files: { path: string; name: string }[] = [];
  for (const tag of fileTagsOf(message.content)) {
    for (const relative of [...checkouts.map(({ use }) => `${use.directory}/${tag}`), tag]) {
      if (!(await ports.workspaceFiles.isFile(workspace, relative))) continue;
      files.push({ path: `${sandbox.workspacePath}/${relative}`, name: tag });
      break;
    }
  }
  return files;
}
