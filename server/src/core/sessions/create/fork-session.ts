import { formatAgentKey, mcpConnectionsThere } from "../../access/index.ts";
import type { SessionsPorts } from "../ports.ts";
import { getSession } from "../session/get-session.ts";
import type { Session } from "../session/session.ts";
import { readTranscript } from "../transcript/load-transcript.ts";
import { prepareSession, writeSession } from "./create-session.ts";

export interface ForkSession {
  /** Null leaves a draft that waits for a message. */
  readonly prompt: string | null;
  /** Null takes that of the session. */
  readonly title: string | null;
  readonly isDraft: boolean;
  readonly sentByKeyId: string;
}

/**
 * A new session that goes on from another: the same repositories, each from the branch that this one pushed (else from where it
 * started), the same agent and limits, and a record of what happened, told to its harness with its first message. What was not pushed, and
 * messages that wait, are not handed over. From then on the two know nothing of each other. Throws `not_found` or `invalid_input`.
 */
export async function forkSession(
  ports: SessionsPorts,
  organizationId: string,
  id: string,
  { prompt, title, isDraft, sentByKeyId }: ForkSession,
): Promise<Session> {
  const parent = await getSession(ports.store, organizationId, id);
  const uses = await ports.store.sessions.repositories(parent.id);
  const transcript = await transcriptOf(ports, parent.id);
  const { reasoningLevel, speed, mode } = parent.options;
  const created = await prepareSession(ports, organizationId, {
    origin: { kind: "key", keyId: sentByKeyId },
    prompt: prompt ?? "",
    title: title ?? parent.title,
    agent: formatAgentKey(parent),
    repositoryIds: uses.map((use) => use.repositoryId),
    targetBranch: parent.targetBranch,
    baseBranch: parent.baseBranch,
    baseBranches: new Map(uses.map((use) => [use.repositoryId, use.branchName])),
    sandboxSize: parent.sandboxSize,
    agentOptions: {
      mode: mode === "plan" ? "planning" : "normal",
      speed,
      ...(reasoningLevel !== null && { reasoningLevel }),
    },
    egress: parent.egress,
    budgetMicroUsd: parent.budgetMicroUsd,
    // Without those that are another person's, or were deleted since.
    mcpServers: await mcpConnectionsThere(
      ports.store,
      { organizationId, keyId: sentByKeyId },
      await ports.store.mcpConnections.usedInSession(parent.id),
    ),
    visibility: parent.visibility,
    isDraft: isDraft || prompt === null,
  });
  const { id: forkId } = created.session;
  await ports.store.transaction(async (tx) => {
    await writeSession(ports, tx, created);
    await tx.sessionChanges.insertFork({ sessionId: forkId, parentId: parent.id, transcript });
    if (title !== null) await tx.sessionChanges.update(forkId, { title }, ports.clock.now());
  });
  return ports.store.sessions.get(forkId);
}

/** Of a fork's fork: what its own harness was told comes first. */
async function transcriptOf(
  { store }: Pick<SessionsPorts, "store">,
  sessionId: string,
): Promise<string | null> {
  const earlier = (await store.sessionChanges.findFork(sessionId))?.transcript ?? null;
  const own = await readTranscript(store, sessionId, { afterSeq: 0, withoutMessageId: null });
  if (earlier === null || own === null) return own ?? earlier;
  return own.length + earlier.length > mostChars ? own : `${earlier}\n\n${own}`;
}

/** Two whole ones: what is further back is no longer told. */
const mostChars = 120_000;
