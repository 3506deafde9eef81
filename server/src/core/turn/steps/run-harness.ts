import { AppError } from "../../errors.ts";
import type { NewEvent } from "../../event/event.ts";
import { effectiveSettings } from "../../organization/settings.ts";
import { paths } from "../../paths.ts";
import type { Conversation, HarnessUpdate, PromptBlock } from "../../ports/harness.ts";
import type { Sandbox } from "../../ports/sandbox.ts";
import { shorten } from "../../session/title.ts";
import { titleInstruction } from "../publish/decide-title.ts";
import { eventOf, sessionEnvironment, type TurnContext, tell, tellStep } from "../turn-context.ts";
import { withSandbox } from "../with-sandbox.ts";
import { createUpdateMasker } from "./mask-updates.ts";
import { decidePromptOrigin, fileTagsOf, promptBlocks } from "./prompt-blocks.ts";

/** Lets the harness work the message; everything it tells becomes an event. Throws `harness_failed` or `model_failed`. */
export async function runHarness(context: TurnContext, signal: AbortSignal): Promise<void> {
  await withSandbox(context, signal, {
    isWorkspaceReadOnly: context.session.isPlanning,
    work: async (sandbox, { gateway }, worked) => {
      await tellStep(context, "work", `Starting ${context.session.harness} with ${context.session.model}.`);
      try {
        await converse(context, sandbox, worked);
      } catch (cause) {
        worked.throwIfAborted();
        const failure = gateway.lastFailure();
        if (failure !== null && cause instanceof AppError && cause.code !== "fenced") {
          throw new AppError("model_failed", failure, { cause });
        }
        throw cause;
      }
    },
  });
}

async function converse(context: TurnContext, sandbox: Sandbox, signal: AbortSignal): Promise<void> {
  const { ports, session, lease, turn } = context;
  const conversation = await ports.harnesses.start(
    {
      harness: session.harness,
      model: session.model,
      sandbox,
      cwd: workingDirectory(context, sandbox),
      conversationId: session.conversationId,
      env: sessionEnvironment(context),
    },
    signal,
  );
  try {
    if (conversation.id !== session.conversationId)
      await ports.store.sessions.setConversation(lease, conversation.id);
    const origin = decidePromptOrigin({
      isPromptSent: turn.isPromptSent,
      isConversationResumed: conversation.isResumed,
      hadConversation: session.conversationId !== null,
    });
    const files = await taggedFiles(context, sandbox);
    const blocks = promptBlocks(origin, promptOf(context), files);
    await recordUpdates(context, conversation, blocks, signal);
  } finally {
    await conversation.close();
  }
}

/** The message, and what the organization wants said at the end. */
function promptOf({ ports, organization, message, session, checkouts }: TurnContext): string {
  if (checkouts.length === 0 || session.isPlanning) return message.content;
  const instruction = titleInstruction(effectiveSettings(ports, organization).prTitleInstructions);
  return instruction === null ? message.content : `${message.content}\n\n${instruction}`;
}

async function recordUpdates(
  context: TurnContext,
  conversation: Conversation,
  blocks: readonly PromptBlock[],
  signal: AbortSignal,
): Promise<void> {
  let count = 0;
  let isPromptSent = context.turn.isPromptSent;
  const masker = createUpdateMasker(context.masker);
  const recordAll = async (updates: readonly HarnessUpdate[]) => {
    for (const update of updates) {
      count += 1;
      await record(context, update, `harness:${context.lease.attempt}:${count}`);
    }
  };
  try {
    for await (const update of conversation.prompt(blocks, signal)) {
      if (!isPromptSent) {
        await context.ports.store.turns.markPromptSent(context.lease);
        isPromptSent = true;
      }
      await recordAll(masker.push(update));
    }
  } finally {
    await recordAll(masker.flush());
  }
  signal.throwIfAborted();
}

async function record(context: TurnContext, update: HarnessUpdate, key: string): Promise<void> {
  if (update.type === "title") {
    const title = shorten(update.title.replaceAll(/\s+/g, " ").trim());
    if (title === "") return;
    await context.ports.store.sessions.setTitle(context.lease, title);
    await tell(context, key, { type: "session.titled", title });
    return;
  }
  const events: NewEvent[] = [eventOf(context, key, update)];
  await context.ports.store.events.append(context.session.id, context.lease, events);
}

/** The one repository's folder, or the folder that holds several or none. */
function workingDirectory({ checkouts }: TurnContext, sandbox: Sandbox): string {
  const [only, ...others] = checkouts;
  return only !== undefined && others.length === 0
    ? `${sandbox.workspacePath}/${only.use.directory}`
    : sandbox.workspacePath;
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
