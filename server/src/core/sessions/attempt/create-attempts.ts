import { AppError } from "../../base/index.ts";
import { logCreated, prepareSession, writeSession } from "../create/create-session.ts";
import type { NewSession } from "../create/decide-session.ts";
import type { SessionRequest } from "../create/session-request.ts";
import type { SessionsPorts } from "../ports.ts";

/** An attempt that a request asks for. Without an agent, it has that of the request. */
export interface WantedAttempt {
  readonly agent: string | null;
}

/**
 * Creates a session for each attempt at the task of the request, in one transaction. Each has its own branch and budget.
 * The first one may use prepared work. Returns the sessions by number. Throws `invalid_input` for a draft and for a given
 * branch name, or the errors of `createSession`.
 */
export async function createAttempts(
  ports: SessionsPorts,
  organizationId: string,
  request: SessionRequest,
  attempts: readonly WantedAttempt[],
): Promise<readonly [NewSession, ...NewSession[]]> {
  requireAttemptable(request);
  const { preparedId, ...others } = request;
  const created: NewSession[] = [];
  // The first one is last, because it reserves prepared work, which a rejected request must not use up.
  for (const [index, attempt] of [...attempts.entries()].reverse()) {
    const wanted = index === 0 && preparedId !== undefined ? { ...others, preparedId } : others;
    created.unshift(await prepareAttempt(ports, organizationId, wanted, { ...attempt, index }));
  }
  const [first, ...rest] = created;
  if (first === undefined) throw new AppError("invalid_input", '"attempts" is empty.', { field: "attempts" });
  const groupId = first.session.id;
  await ports.store.transaction(async (tx) => {
    for (const one of created) await writeSession(ports, tx, one);
    await tx.attempts.insert(
      created.map(({ session }, index) => ({
        ...{ sessionId: session.id, groupId, number: index + 1, count: created.length },
        ...{ state: "open", problem: null },
      })),
    );
  });
  for (const one of created) logCreated(ports, one);
  return [first, ...rest];
}

function requireAttemptable({ isDraft, branchName }: SessionRequest): void {
  if (isDraft === true)
    throw new AppError(
      "invalid_input",
      'A draft cannot have "attempts", because they start at once. Remove "attempts", or send the request without "queueRightAway".',
      { field: "attempts" },
    );
  if (branchName != null)
    throw new AppError(
      "invalid_input",
      'Each of several attempts has a branch of its own. Remove "branchName" or "attempts".',
      { field: "branchName" },
    );
}

/** Throws errors about the attempt's own agent with its field in the request. */
async function prepareAttempt(
  ports: SessionsPorts,
  organizationId: string,
  request: SessionRequest,
  { agent, index }: WantedAttempt & { readonly index: number },
): Promise<NewSession> {
  if (agent === null) return prepareSession(ports, organizationId, request);
  try {
    return await prepareSession(ports, organizationId, { ...request, agent });
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== "invalid_input") throw cause;
    const field = cause.field === "agent" ? `attempts.${index}.agent` : cause.field;
    throw new AppError("invalid_input", `Attempt ${index + 1}: ${cause.message}`, {
      cause,
      ...(field !== undefined && { field }),
    });
  }
}
