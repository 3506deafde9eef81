import { AppError, hashJson } from "../../base/index.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import type { Session } from "../session/session.ts";
import { createSession, prepareSession, storeSession } from "./create-session.ts";
import type { SessionRequest } from "./session-request.ts";

export interface MakeSession extends SessionRequest {
  /** ID of a pull request whose branch the session continues. */
  readonly pullRequestId?: string;
  /** Original request. A request with the same ID must be identical. */
  readonly request: unknown;
}

/**
 * Creates a session in the same way as `createSession`. If the client chose the ID, repeating the same request returns
 * the session that it created. Throws `conflict` if a different request or a deleted session has used the ID. Throws
 * `invalid_input` if the pull request cannot be continued. Throws the errors of `createSession`.
 */
export async function makeSession(
  ports: SessionsPorts,
  organizationId: string,
  input: MakeSession,
): Promise<Session> {
  const { pullRequestId, request, ...wanted } = input;
  const id = wanted.id?.toLowerCase();
  const onPullRequest =
    pullRequestId === undefined ? {} : await continueBranch(ports, organizationId, pullRequestId, input);
  const creation: SessionRequest = { ...wanted, ...onPullRequest };
  if (id === undefined) {
    const { session } = await createSession(ports, organizationId, creation);
    return ports.store.sessions.get(session.id);
  }
  const hash = hashJson(request);
  try {
    const session = await prepareSession(ports, organizationId, { ...creation, id });
    await storeSession(ports, session, async (tx, write) => {
      await requireFree(tx, { organizationId, id, hash });
      await write();
      await tx.sessionChanges.noteRequest(id, hash);
    });
  } catch (cause) {
    if (!(cause instanceof MadeBefore)) throw cause;
  }
  return ports.store.sessions.get(id);
}

/** Signals that an earlier, identical request created the session. */
class MadeBefore extends Error {
  override readonly name = "MadeBefore";
}

async function requireFree(
  tx: SessionsTransaction,
  {
    organizationId,
    id,
    hash,
  }: { readonly organizationId: string; readonly id: string; readonly hash: Buffer },
): Promise<void> {
  const known = await tx.sessionChanges.lockId(id);
  if (known === null) return;
  const isSame = known.organizationId === organizationId && known.requestHash?.equals(hash) === true;
  if (isSame && !known.isDeleted) throw new MadeBefore();
  throw new AppError("conflict", `The "id" ${id} is already used by another session. Choose a new one.`, {
    field: "id",
  });
}

async function continueBranch(
  { store }: Pick<SessionsPorts, "store">,
  organizationId: string,
  id: string,
  input: MakeSession,
): Promise<Partial<SessionRequest>> {
  const pullRequest = await store.pullRequests.find(organizationId, id);
  if (pullRequest === null)
    throw new AppError("invalid_input", `Pull request ${id} was not found. Use another "pullRequestId".`, {
      field: "pullRequestId",
    });
  const { status, isFromFork, repositoryId, headBranch, baseBranch, number } = pullRequest;
  if (status !== "open" || isFromFork) {
    const why = isFromFork ? "comes from a fork, whose branch Tembo cannot push to" : `is ${status}`;
    throw new AppError("invalid_input", `Pull request #${number} ${why}. Remove "pullRequestId".`, {
      field: "pullRequestId",
    });
  }
  if (input.branchName != null || input.targetBranch != null || input.baseBranch != null) {
    throw new AppError(
      "invalid_input",
      `The pull request determines the branches. Remove either "pullRequestId", or all of "branchName", "targetBranch" and "baseBranch".`,
      { field: "branchName" },
    );
  }
  return {
    repositoryIds: [...new Set([repositoryId, ...(input.repositoryIds ?? [])])],
    branchName: headBranch,
    targetBranch: baseBranch,
    sourcePullRequestId: pullRequest.id,
  };
}
