import { AppError } from "../../base/index.ts";
import type { Person, PullRequest } from "../../forges/index.ts";
import type { SessionsPorts } from "../ports.ts";
import { closePullRequest } from "../pull-request/end-pull-request.ts";
import { stopAndArchive } from "./keep-attempt.ts";

type EndPorts = Pick<SessionsPorts, "store" | "forges" | "vault" | "settings" | "clock" | "engine">;

/**
 * Ends an attempt after another one was kept: stops and archives its session, and closes its open pull requests on
 * Tembo's branches. Returns false while its turn is running. Safe to repeat, because it reads what remains to be done.
 * Stores why a pull request could not be closed, and throws the error.
 */
export async function endAttempt(ports: EndPorts, person: Person, sessionId: string): Promise<boolean> {
  const { store } = ports;
  const { isOver, interruptedTurnId } = await store.transaction(async (tx) => {
    const attempt = await tx.attempts.find(sessionId);
    const session = await tx.sessions.lock(person.organizationId, sessionId);
    if (attempt?.state !== "ending" || session === null) return { isOver: true, interruptedTurnId: null };
    return { isOver: false, ...(await stopAndArchive(ports, tx, session)) };
  });
  if (isOver) return true;
  if (interruptedTurnId !== null) {
    await ports.engine.noticeStop(interruptedTurnId);
    return false;
  }
  for (const pullRequest of await ownOpen(store, sessionId)) await close(ports, person, pullRequest);
  await store.attempts.setState(sessionId, "ended");
  return true;
}

/**
 * Returns the open pull requests of the session on the branches that Tembo named. Attempts have no other branches
 * (`createAttempts`), so no other person opened them.
 */
async function ownOpen(
  store: Pick<SessionsPorts["store"], "pullRequests" | "sessions">,
  sessionId: string,
): Promise<PullRequest[]> {
  const uses = await store.sessions.repositories(sessionId);
  const pullRequests = await store.pullRequests.ofSession(sessionId);
  return pullRequests.filter(
    ({ status, isFromFork, repositoryId, headBranch }) =>
      status === "open" &&
      !isFromFork &&
      uses.some((use) => use.repositoryId === repositoryId && use.branchName === headBranch),
  );
}

async function close(ports: EndPorts, person: Person, pullRequest: PullRequest): Promise<void> {
  const { organizationId, id, sessionId, number, url } = pullRequest;
  try {
    await closePullRequest(ports, person, pullRequest);
  } catch (cause) {
    // Somebody has merged it meanwhile, or the forge closed it before it reported an error.
    const now = await ports.store.pullRequests.find(organizationId, id);
    if (now === null || now.status !== "open") return;
    if (cause instanceof AppError && sessionId !== null)
      await ports.store.attempts.setProblem(
        sessionId,
        `Pull request #${number} (${url}) could not be closed: ${cause.message}`,
      );
    throw cause;
  }
}
