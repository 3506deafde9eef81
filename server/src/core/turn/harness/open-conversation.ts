import { createPermissionDesk } from "../../permission/create-permission-desk.ts";
import type { Conversation, HarnessStart } from "../../ports/harness.ts";
import type { Sandbox } from "../../ports/sandbox.ts";
import { instructionsForHarness } from "../guidance/organization-instructions.ts";
import { placeSkills } from "../guidance/place-skills.ts";
import { fitOf } from "../machine/fit.ts";
import type { Machine, TurnListeners } from "../machine/machine.ts";
import { agentOf, optionsOf, sessionEnvironment, type TurnContext } from "../turn-context.ts";
import { mcpServersOf } from "./mcp-servers.ts";

export interface OpenedConversation {
  readonly conversation: Conversation;
  /** The harness knows it from before. */
  readonly isResumed: boolean;
  /** The last event of the session that it knows of. */
  readonly seenSeq: number;
}

/**
 * The message's harness in the machine, with its own conversation of the session when there is one that it knows: as it runs there
 * already, or started. Throws `harness_failed`.
 */
export async function openConversation(
  context: TurnContext,
  machine: Machine,
  signal: AbortSignal,
): Promise<OpenedConversation> {
  const { ports, session, lease } = context;
  const wish = await wishOf(context, machine.sandbox);
  const known = await ports.store.conversations.find(session.id, wish.harness);
  const running = await takeRunning(machine, wish);
  if (running !== null && known?.id === running.id)
    return { conversation: running, isResumed: true, seenSeq: known.seenSeq };
  await machine.conversation?.conversation.close();
  await placeSkills(context, machine.sandbox, signal);
  const conversation = await start(context, { machine, wish, conversationId: known?.id ?? null }, signal);
  if (known !== null && conversation.id === known.id && conversation.isResumed)
    return { conversation, isResumed: true, seenSeq: known.seenSeq };
  await ports.store.conversations.save(lease, wish.harness, { id: conversation.id, seenSeq: 0 });
  return { conversation, isResumed: false, seenSeq: 0 };
}

type ConversationWish = Omit<HarnessStart, "sandbox" | "conversationId">;

/** All that the message asks of its harness. */
async function wishOf(context: TurnContext, sandbox: Sandbox): Promise<ConversationWish> {
  const { mode, reasoningLevel, speed } = optionsOf(context);
  return {
    ...agentOf(context),
    cwd: workingDirectory(context, sandbox),
    env: sessionEnvironment(context),
    mode,
    reasoningLevel,
    speed,
    instructions: instructionsForHarness(context),
    mcpServers: await mcpServersOf(context, sandbox),
    decidePermission: createPermissionDesk(context),
    onWireLine: null,
  };
}

/** Listeners belong to a turn: only whether there are any is part of what a harness was started with. */
function conversationFit({ decidePermission, onWireLine, ...rest }: ConversationWish): string {
  return fitOf({ ...rest, asks: decidePermission !== null, isHeard: onWireLine !== null });
}

async function takeRunning(machine: Machine, wish: ConversationWish): Promise<Conversation | null> {
  const running = machine.conversation;
  if (running === null || !running.conversation.isAlive || running.fit !== conversationFit(wish)) return null;
  running.listeners = wish;
  return running.conversation;
}

async function start(
  { ports }: TurnContext,
  {
    machine,
    wish,
    conversationId,
  }: {
    readonly machine: Machine;
    readonly wish: ConversationWish;
    readonly conversationId: string | null;
  },
  signal: AbortSignal,
): Promise<Conversation> {
  const holder: { listeners: TurnListeners } = { listeners: wish };
  const { decidePermission, onWireLine } = wish;
  const conversation = await ports.harnesses.start(
    {
      ...wish,
      sandbox: machine.sandbox,
      conversationId,
      decidePermission:
        decidePermission &&
        ((request, asking) =>
          holder.listeners.decidePermission?.(request, asking) ?? Promise.resolve("deny")),
      onWireLine: onWireLine && ((line) => holder.listeners.onWireLine?.(line)),
    },
    signal,
  );
  machine.conversation = Object.assign(holder, { conversation, fit: conversationFit(wish) });
  return conversation;
}

/** The one repository's folder, or the folder that holds several or none. */
function workingDirectory({ checkouts }: TurnContext, sandbox: Sandbox): string {
  const [only, ...others] = checkouts;
  return only !== undefined && others.length === 0
    ? `${sandbox.workspacePath}/${only.use.directory}`
    : sandbox.workspacePath;
}
