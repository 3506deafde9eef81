import { AppError } from "../../errors.ts";
import { mcpConnectionsThere } from "../../mcp/mcp-connections.ts";
import { formatAgentKey } from "../../session/agent-key.ts";
import { decideChild } from "../../session/create/child-session.ts";
import { createSession } from "../../session/create/create-session.ts";
import { optionsOf } from "../../turn/turn-context.ts";
import type { RunTool } from "../tool-call.ts";

/** It may do what this session may and no more: the same organization, egress and budget, which is counted for the whole chain. */
export const createChildSession: RunTool<"create_child_session"> = async (
  { context },
  { prompt, repositoryIds, agent },
) => {
  const { ports, session, message, checkouts } = context;
  const parent = await ports.store.sessionChains.findChild(session.id);
  const rootId = parent?.rootId ?? session.id;
  const child = await createSession(ports, session.organizationId, {
    prompt,
    description: null,
    agent: agent ?? formatAgentKey(session),
    repositoryUrls: [],
    repositoryIds: repositoryIds ?? checkouts.map(({ repository }) => repository.id),
    targetBranch: null,
    baseBranch: null,
    branchName: null,
    sandboxSize: session.sandboxSize,
    agentOptions: { mode: optionsOf(context).mode === "plan" ? "planning" : "normal" },
    egress: session.egress,
    budgetMicroUsd: session.budgetMicroUsd,
    // Nobody's words: what is a person's own is not handed on, nor what was deleted since.
    mcpServers: await mcpConnectionsThere(
      ports.store,
      { organizationId: session.organizationId, keyId: null },
      await ports.store.mcpConnections.usedInSession(session.id),
    ),
    isDraft: false,
    ...(message.author !== null && { author: message.author }),
    within: async (tx) => {
      // Who starts one in the same chain at once waits here.
      await tx.sessions.lock(session.organizationId, rootId);
      const refusal = decideChild(parent, await tx.sessionChains.countChildren(rootId));
      if (refusal !== null) throw new AppError("limit_reached", refusal);
    },
    after: (tx, { id }) =>
      tx.sessionChains.insertChild({
        sessionId: id,
        parentId: session.id,
        rootId,
        depth: (parent?.depth ?? 0) + 1,
      }),
  });
  return {
    sessionId: child.id,
    title: child.title,
    url: `${ports.settings.publicUrl}/sessions/${child.id}`,
    message: "Started; it works beside this session.",
  };
};
