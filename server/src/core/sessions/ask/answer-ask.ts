import type { PermissionDecision } from "../../accounts/index.ts";
import { AppError, refuseNul } from "../../base/index.ts";
import type { SessionsPorts, SessionsTransaction } from "../ports.ts";
import type { Session } from "../session/session.ts";
import type { Ask, AskAnswer, Asked } from "./ask.ts";
import { answeredEvent, answeredKey } from "./ask-events.ts";

interface AskName {
  readonly organizationId: string;
  readonly sessionId: string;
  readonly askId: string;
  /** ID of the person who answers. */
  readonly userId: string;
}

type SentAnswer = Pick<AskAnswer, "text" | "comment" | "isForSession">;

/**
 * Allows or denies a harness's permission request. With `isForSession`, also allows the turn's other open requests of
 * the same kind and the session's later ones, and records this in the audit log. Repeating the same answer has no
 * effect. Throws `not_found` if the session or the request does not exist. Throws `conflict` if the request has a
 * different answer or is no longer open. Throws `invalid_input` if the comment contains a NUL character, or if the
 * answer cannot apply to the session.
 */
export async function answerPermission(
  ports: Pick<SessionsPorts, "store" | "clock">,
  name: AskName,
  answer: {
    readonly decision: PermissionDecision;
    readonly comment: string | null;
    readonly isForSession?: boolean;
  },
): Promise<Ask> {
  const { decision, isForSession = false } = answer;
  refuseNul("comment", answer.comment);
  if (isForSession && decision === "deny")
    throw new AppError("invalid_input", 'The scope "session" requires the decision "allow".', {
      field: "scope",
    });
  const comment = answer.comment?.toWellFormed() ?? null;
  return giveAnswer(ports, name, "permission", (asked) => {
    if (isForSession && asked.kind === "permission" && asked.toolKind === "reach")
      throw new AppError(
        "invalid_input",
        'Requests of the kind "reach" cannot be allowed for the session. Omit "scope".',
        { field: "scope" },
      );
    return { text: decision, comment, ...(isForSession && { isForSession }) };
  });
}

/**
 * Answers a question with one of its options or with any other text. Repeating the same answer has no effect. Throws
 * `not_found` if the session or the question does not exist. Throws `conflict` if the question has a different answer
 * or is no longer open. Throws `invalid_input` if the answer contains a NUL character.
 */
export function answerQuestion(
  ports: Pick<SessionsPorts, "store" | "clock">,
  name: AskName,
  words: string,
): Promise<Ask> {
  refuseNul("answer", words);
  const text = words.toWellFormed();
  return giveAnswer(ports, name, "question", () => ({ text, comment: null }));
}

async function giveAnswer(
  ports: Pick<SessionsPorts, "store" | "clock">,
  { organizationId, sessionId, askId, userId }: AskName,
  kind: Asked["kind"],
  read: (asked: Asked) => SentAnswer,
): Promise<Ask> {
  return ports.store.transaction(async (tx) => {
    const session = await tx.sessions.lock(organizationId, sessionId);
    if (session === null) throw new AppError("not_found", `Session ${sessionId} was not found.`);
    const ask = await tx.asks.find(session.id, askId);
    if (ask === null || ask.asked.kind !== kind)
      throw new AppError("not_found", `The session has no ${nounOf(kind)} ${askId}.`);
    const answer: AskAnswer = { ...read(ask.asked), by: "person", userId, at: ports.clock.now() };
    const kept = (await tx.asks.answer(ask.id, answer)) ?? answer;
    const isSame = kept.text === answer.text && kept.isForSession === answer.isForSession;
    if (kept.by !== "person" || !isSame)
      throw new AppError("conflict", `The ${nounOf(kind)} ${askId} ${howAnswered(kind, kept)}.`);
    await appendAnswer(tx, ask, kept);
    // A repeated answer has the time of the first one. It must not be recorded again.
    if (kept.isForSession && ask.answer === null) await allowForSession(tx, session, ask, kept);
    return { ...ask, answer: kept };
  });
}

async function appendAnswer(tx: SessionsTransaction, ask: Ask, answer: AskAnswer): Promise<void> {
  const turn = await tx.turns.find(ask.turnId);
  await tx.events.append(ask.sessionId, null, [
    {
      key: `${ask.turnId}:${answeredKey(ask.id)}`,
      messageId: turn?.messageId ?? null,
      data: answeredEvent(ask, answer),
    },
  ]);
}

/** Answers the turn's other open requests of the same kind, and records the permission in the audit log. */
async function allowForSession(
  tx: SessionsTransaction,
  { id, organizationId, title, visibility }: Session,
  { turnId, asked }: Ask,
  answer: AskAnswer,
): Promise<void> {
  if (asked.kind !== "permission") return;
  for (const other of await tx.asks.openOfTurn(turnId)) {
    if (other.asked.kind !== "permission" || other.asked.toolKind !== asked.toolKind) continue;
    await tx.asks.answer(other.id, answer);
    await appendAnswer(tx, other, answer);
  }
  await tx.audit.record({
    organizationId,
    action: "session.permissionAllowed",
    // Other people, who cannot see a private session, read the log.
    object: { kind: "session", id, name: visibility === "public" ? title : null },
    details: { kind: asked.toolKind },
  });
}

const nounOf = (kind: Asked["kind"]) => (kind === "permission" ? "permission request" : kind);

function howAnswered(kind: Asked["kind"], { by, text }: AskAnswer): string {
  const what = kind === "question" ? "answered" : text === "allow" ? "allowed" : "denied";
  switch (by) {
    case "person":
      return `was already ${what}`;
    case "timeout":
      return what === "answered" ? "was not answered in time" : `was not answered in time and was ${what}`;
    case "turn":
      return "is no longer open, because its turn has ended";
  }
}
