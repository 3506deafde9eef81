import { formatAgentKey, mcpConnectionsThere } from "../../access/index.ts";
import type { RequestSender } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";
import { usableProjectId } from "../project/choose-project.ts";
import { getSession } from "../session/get-session.ts";
import type { Session } from "../session/session.ts";
import { readTranscript } from "../transcript/load-transcript.ts";
import { prepareSession, storeSession } from "./create-session.ts";

export interface ForkSession {
  /** Prompt of the new session, or null for a draft. */
  readonly prompt: string | null;
  /** Title, or null for the title of the forked session. */
  readonly title: string | null;
  readonly isDraft: boolean;
  readonly sender: RequestSender;
}

/**
 * Creates a session that continues another one:
 * - It has the same repositories. Each starts from the branch that the parent pushed, or otherwise from the parent's
 *   starting point.
 * - It has the same agent, options except the goal, target branch, sandbox size, labels, egress setting, budget and visibility.
 * - It has the same project, unless that was archived or changed its sizes.
 * - It has the parent's MCP connections that its creator may use.
 * - Its harness receives a transcript of the parent with the first message.
 *
 * Does not copy unpushed changes or queued messages. The two sessions are independent afterwards. Throws `not_found` if
 * the parent does not exist, or the errors of `resolveSession`.
 */
export async function forkSession(
  ports: SessionsPorts,
  organizationId: string,
  id: string,
  { prompt, title, isDraft, sender }: ForkSession,
): Promise<Session> {
  const parent = await getSession(ports.store, organizationId, id);
  const uses = await ports.store.sessions.repositories(parent.id);
  const transcript = await transcriptOf(ports, parent.id);
  const { reasoningLevel, speed, mode } = parent.options;
  const created = await prepareSession(ports, organizationId, {
    origin: { kind: "key", ...sender },
    prompt: prompt ?? "",
    title: title ?? parent.title,
    agent: formatAgentKey(parent),
    repositoryIds: uses.map((use) => use.repositoryId),
    targetBranch: parent.targetBranch,
    baseBranch: parent.baseBranch,
    baseBranches: new Map(uses.map((use) => [use.repositoryId, use.branchName])),
    sandboxSize: parent.sandboxSize,
    projectId: await usableProjectId(ports.store, parent),
    isProjectCopied: true,
    agentOptions: {
      mode: mode === "plan" ? "planning" : "normal",
      speed,
      ...(reasoningLevel !== null && { reasoningLevel }),
    },
    egress: parent.egress,
    runsOn: parent.runsOn,
    budgetMicroUsd: parent.budgetMicroUsd,
    // Omits connections that were deleted or belong to another person.
    mcpServers: await mcpConnectionsThere(
      ports.store,
      { organizationId, keyId: sender.keyId },
      await ports.store.mcpConnections.usedInSession(parent.id),
    ),
    visibility: parent.visibility,
    isDraft: isDraft || prompt === null,
  });
  const { id: forkId } = created.session;
  await storeSession(ports, created, async (tx, write) => {
    await write();
    await tx.sessionChanges.insertFork({ sessionId: forkId, parentId: parent.id, transcript });
    if (title !== null) await tx.sessionChanges.update(forkId, { title }, ports.clock.now());
  });
  return ports.store.sessions.get(forkId);
}

/**
 * Returns the transcript of the session, or null if there is nothing to include. If the session is itself a fork, the
 * transcript that it received comes first, unless both together exceed `maxCharacters`.
 */
async function transcriptOf(
  { store }: Pick<SessionsPorts, "store">,
  sessionId: string,
): Promise<string | null> {
  const earlier = (await store.sessionChanges.findFork(sessionId))?.transcript ?? null;
  const own = await readTranscript(store, sessionId, { afterSeq: 0, withoutMessageId: null });
  if (earlier === null || own === null) return own ?? earlier;
  return own.length + earlier.length > maxCharacters ? own : `${earlier}\n\n${own}`;
}

/** Maximum length of two transcripts together. If they are longer, the earlier one is dropped. */
const maxCharacters = 120_000;
