import { mcpConnectionsThere } from "../../../access/index.ts";
import { AppError } from "../../../base/index.ts";
import {
  decideChild,
  optionsOf,
  prepareSession,
  type Session,
  type SessionRequest,
  storeSession,
  usableProjectId,
  type Visibility,
} from "../../../sessions/index.ts";
import type { TurnsTransaction } from "../../ports.ts";
import type { TurnContext } from "../../turn/turn-context.ts";
import type { RunTool } from "../tool-call.ts";
import { askForReach, decideReach } from "./child-session-reach.ts";

/**
 * Starts a child session. It inherits this session's mode, sandbox size, project, network access, visibility, owner, budget and
 * shared MCP connections, and may use the same repositories and model families. The whole chain shares the budget. Any
 * additional access requires a person's permission.
 */
export const createChildSession: RunTool<"create_child_session"> = async ({ context, signal }, input) => {
  const { ports, session } = context;
  const parent = await ports.store.sessionChains.findChild(session.id);
  const rootId = parent?.rootId ?? session.id;
  requireFree(decideChild(parent, await ports.store.sessionChains.countChildren(rootId)));
  const reach = await decideReach(context, input);
  await askForReach(context, { prompt: input.prompt, reach }, signal);
  const limits = await limitsOf(context);
  const created = await prepareSession(ports, session.organizationId, {
    ...limits,
    prompt: input.prompt,
    agent: reach.agent,
    repositoryIds: reach.repositoryIds,
    repositoryUrls: reach.repositoryUrls,
  });
  const { session: child } = created;
  await storeSession(ports, created, async (tx, write) => {
    // The lock serializes concurrent starts in the same chain.
    await tx.sessions.lock(session.organizationId, rootId);
    await requireVisibility(tx, session, limits.visibility);
    requireFree(decideChild(parent, await tx.sessionChains.countChildren(rootId)));
    await write();
    await tx.sessionChains.insertChild({
      sessionId: child.id,
      parentId: session.id,
      rootId,
      depth: (parent?.depth ?? 0) + 1,
    });
  });
  return {
    sessionId: child.id,
    title: child.title,
    url: `${ports.settings.publicUrl}/sessions/${child.id}`,
    message: "Started. It runs in parallel with this session.",
  };
};

/**
 * Locks the parent. Throws `not_found` if it was deleted, or `conflict` if its visibility has changed since it was read
 * for the child. A later change to private also applies to the child.
 */
async function requireVisibility(
  tx: TurnsTransaction,
  { organizationId, id }: Session,
  inherited: Visibility | undefined,
): Promise<void> {
  const parent = await tx.sessions.lock(organizationId, id);
  if (parent === null) throw new AppError("not_found", `Session ${id} was not found.`);
  if (parent.visibility !== inherited)
    throw new AppError("conflict", "This session's visibility changed. Create the child session again.");
}

function requireFree(refusal: string | null): void {
  if (refusal !== null) throw new AppError("limit_reached", refusal);
}

/**
 * Returns the settings that a child inherits. Reads the session again, because it may have become private since the
 * turn began.
 */
async function limitsOf(
  context: TurnContext,
): Promise<Omit<SessionRequest, "prompt" | "agent" | "repositoryIds" | "repositoryUrls">> {
  const { store } = context.ports;
  const session = await store.sessions.get(context.session.id);
  return {
    origin: {
      ...{ kind: "session", ownerKeyId: session.createdByKeyId },
      ...{ author: context.message.author, request: context.message.request },
    },
    sandboxSize: session.sandboxSize,
    projectId: await usableProjectId(store, session),
    isProjectCopied: true,
    agentOptions: { mode: optionsOf(context).mode === "plan" ? "planning" : "normal" },
    egress: session.egress,
    runsOn: session.runsOn,
    budgetMicroUsd: session.budgetMicroUsd,
    // Without a key, the child inherits only connections that the whole organization shares and that still exist.
    mcpServers: await mcpConnectionsThere(
      store,
      { organizationId: session.organizationId, keyId: null },
      await store.mcpConnections.usedInSession(session.id),
    ),
    visibility: session.visibility,
  };
}
