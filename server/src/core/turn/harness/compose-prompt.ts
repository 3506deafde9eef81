import { effectiveSettings } from "../../organization/settings.ts";
import { paths } from "../../paths.ts";
import type { PromptBlock } from "../../ports/harness.ts";
import type { Sandbox } from "../../ports/sandbox.ts";
import { titleInstruction } from "../publish/decide-title.ts";
import { optionsOf, type TurnContext } from "../turn-context.ts";
import { loadTranscript } from "./load-transcript.ts";
import { decidePromptOrigin, type EarlierWork, fileTagsOf, promptBlocks } from "./prompt-blocks.ts";

export interface ComposedFor {
  /** The conversation is one that the harness knows. */
  readonly isResumed: boolean;
  /** The last event of the session that it knows of then. */
  readonly seenSeq: number;
}

/** What the harness is sent first: the message with what belongs to it, or the word to go on where it was cut off. */
export async function composePrompt(
  context: TurnContext,
  sandbox: Sandbox,
  { isResumed, seenSeq }: ComposedFor,
): Promise<PromptBlock[]> {
  const origin = decidePromptOrigin({
    isPromptSent: context.turn.isPromptSent,
    isConversationResumed: isResumed,
  });
  const files = await taggedFiles(context, sandbox);
  const earlier = origin === "continue" ? null : await earlierWork(context, { isResumed, seenSeq });
  return promptBlocks(origin, textOf(context), files, earlier);
}

/** What happened in the session that the harness was no part of, or has forgotten. */
async function earlierWork(
  context: TurnContext,
  { isResumed, seenSeq }: ComposedFor,
): Promise<EarlierWork | null> {
  const transcript = await loadTranscript(context, {
    afterSeq: isResumed ? seenSeq : 0,
    withOwnTurn: !isResumed && context.turn.isPromptSent,
  });
  return transcript === null ? null : { transcript, knowsBefore: isResumed };
}

/** The message, and what the organization wants said at the end. */
function textOf(context: TurnContext): string {
  const { ports, organization, message, checkouts } = context;
  if (checkouts.length === 0 || optionsOf(context).mode === "plan") return message.content;
  const instruction = titleInstruction(effectiveSettings(ports, organization).prTitleInstructions);
  return instruction === null ? message.content : `${message.content}\n\n${instruction}`;
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
