import type { PermissionDecision } from "../../accounts/index.ts";
import { AppError, refuseNul } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";
import type { Ask, AskAnswer, Asked } from "./ask.ts";
import { answeredEvent, answeredKey } from "./ask-events.ts";

interface AskName {
  readonly organizationId: string;
  readonly sessionId: string;
  readonly askId: string;
}

/**
 * Allows or denies a harness's permission request. Repeating the same decision has no effect. Throws `not_found` if the
 * session or the request does not exist. Throws `conflict` if the request has a different decision or is no longer
 * open. Throws `invalid_input` if the comment contains a NUL character.
 */
export function answerPermission(
  ports: Pick<SessionsPorts, "store" | "clock">,
  name: AskName,
  answer: { readonly decision: PermissionDecision; readonly comment: string | null },
): Promise<Ask> {
  refuseNul("comment", answer.comment);
  const comment = answer.comment?.toWellFormed() ?? null;
  return giveAnswer(ports, name, "permission", () => ({ text: answer.decision, comment }));
}

/**
 * Answers a question. Repeating the same answer has no effect. Throws `not_found` if the session or the question does
 * not exist. Throws `conflict` if the question has a different answer or is no longer open. Throws `invalid_input` if
 * the question has options and the answer is not one of them, or if the answer contains a NUL character.
 */
export function answerQuestion(
  ports: Pick<SessionsPorts, "store" | "clock">,
  name: AskName,
  words: string,
): Promise<Ask> {
  refuseNul("answer", words);
  const text = words.toWellFormed();
  return giveAnswer(ports, name, "question", (asked) => {
    const options = asked.kind === "question" ? asked.options : [];
    if (options.length > 0 && !options.includes(text)) {
      throw new AppError(
        "invalid_input",
        `The "answer" is not one of the options. Use one of: ${options.join(", ")}.`,
        { field: "answer" },
      );
    }
    return { text, comment: null };
  });
}

async function giveAnswer(
  ports: Pick<SessionsPorts, "store" | "clock">,
  { organizationId, sessionId, askId }: AskName,
  kind: Asked["kind"],
  read: (asked: Asked) => Pick<AskAnswer, "text" | "comment">,
): Promise<Ask> {
  return ports.store.transaction(async (tx) => {
    const session = await tx.sessions.lock(organizationId, sessionId);
    if (session === null) throw new AppError("not_found", `Session ${sessionId} was not found.`);
    const ask = await tx.asks.find(session.id, askId);
    if (ask === null || ask.asked.kind !== kind)
      throw new AppError("not_found", `The session has no ${nounOf(kind)} ${askId}.`);
    const answer: AskAnswer = { ...read(ask.asked), by: "person", at: ports.clock.now() };
    const kept = (await tx.asks.answer(ask.id, answer)) ?? answer;
    if (kept.by !== "person" || kept.text !== answer.text)
      throw new AppError("conflict", `The ${nounOf(kind)} ${askId} ${howAnswered(kind, kept)}.`);
    const turn = await tx.turns.find(ask.turnId);
    await tx.events.append(session.id, null, [
      {
        key: `${ask.turnId}:${answeredKey(ask.id)}`,
        messageId: turn?.messageId ?? null,
        data: answeredEvent(ask, kept),
      },
    ]);
    return { ...ask, answer: kept };
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
