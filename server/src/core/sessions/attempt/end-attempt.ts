import { AppError } from "../../base/index.ts";
import type { Person, PullRequest } from "../../forges/index.ts";
import type { SessionsPorts } from "../ports.ts";
import { closePullRequest } from "../pull-request/end-pull-request.ts";
import { stopAndArchive } from "./keep-attempt.ts";

type EndPorts = Pick<SessionsPorts, "store" | "forges" | "vault" | "settings" | "clock" | "engine">;

/**
 * Ends an attempt after another one was kept: stops and archives its session, and closes its open pull requests on
 * Tembo's branches. Returns false while its turn is running. Does nothing if a person has continued the session since
 * then. Safe to repeat, because it reads what remains to be done. Tries to close every pull request, stores why some
 * could not be closed, and throws the first error.
 */
export async function endAttempt(ports: EndPorts, person: Person, sessionId: string): Promise<boolean> {
  const { store } = ports;
  const { isOver, interruptedTurnId } = await store.transaction(async (tx) => {
    const session = await tx.sessions.lock(person.organizationId, sessionId);
    // A message ends the state in a transaction that locks the session.
    const attempt = await tx.attempts.find(sessionId);
    if (attempt?.state !== "ending" || session === null) return { isOver: true, interruptedTurnId: null };
    return { isOver: false, ...(await stopAndArchive(ports, tx, session)) };
  });
  if (isOver) return true;
  if (interruptedTurnId !== null) {
    await ports.engine.noticeStop(interruptedTurnId);
    return false;
  }
  const failures: { readonly cause: unknown; readonly problem: string }[] = [];
  for (const pullRequest of await ownOpen(store, sessionId)) {
    const failure = await close(ports, person, pullRequest);
    if (failure !== null) failures.push(failure);
  }
  const [first] = failures;
  if (first === undefined) {
    await store.attempts.setEnded(sessionId);
    return true;
  }
  await store.attempts.setProblem(sessionId, failures.map(({ problem }) => problem).join(" "));
  throw first.cause;
}

/** Returns the open pull requests of the session on the branches that Tembo created for it. */
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

/** Closes the pull request. Returns the error, with a sentence for the person, if the forge refuses. */
async function close(
  ports: EndPorts,
  person: Person,
  pullRequest: PullRequest,
): Promise<{ readonly cause: unknown; readonly problem: string } | null> {
  const { organizationId, id, number, url } = pullRequest;
  try {
    await closePullRequest(ports, person, pullRequest);
    return null;
  } catch (cause) {
    // Somebody has merged it meanwhile, or the forge closed it before it reported an error.
    const now = await ports.store.pullRequests.find(organizationId, id);
    if (now === null || now.status !== "open") return null;
    if (!(cause instanceof AppError)) throw cause;
    return { cause, problem: `Pull request #${number} (${url}) could not be closed: ${cause.message}` };
  }
}
