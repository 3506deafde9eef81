import type { EventData } from "../event/event.ts";
import { type Ask, type AskAnswer, decisionOf } from "./ask.ts";

/** Event keys for an ask. They ensure that each event is appended only once. */
export const askedKey = (id: string) => `ask:${id}:asked`;
export const answeredKey = (id: string) => `ask:${id}:answered`;

export function askedEvent({ id, asked, expiresAt }: Omit<Ask, "answer">): EventData {
  const until = { expiresAt: expiresAt.toISOString() };
  if (asked.kind === "question") {
    const { question, options } = asked;
    return { type: "question.asked", questionId: id, question, options, ...until };
  }
  const { toolCallId, title, toolKind, input } = asked;
  return {
    type: "permission.requested",
    permissionId: id,
    toolCallId,
    title,
    kind: toolKind,
    input,
    ...until,
  };
}

export function answeredEvent({ id, asked }: Pick<Ask, "id" | "asked">, answer: AskAnswer): EventData {
  const { by, text, comment, userId, isForSession } = answer;
  const person = userId === undefined ? {} : { userId };
  if (asked.kind === "question")
    return { type: "question.answered", questionId: id, answer: text, by, ...person };
  const { toolCallId, title, toolKind } = asked;
  return {
    type: "permission.answered",
    permissionId: id,
    toolCallId,
    title,
    kind: toolKind,
    decision: decisionOf(answer),
    by,
    comment,
    ...person,
    ...(isForSession && { isForSession }),
  };
}

/** True if the event is the answer to the ask with this ID. */
export function answers(data: EventData, id: string): boolean {
  return (
    (data.type === "permission.answered" && data.permissionId === id) ||
    (data.type === "question.answered" && data.questionId === id)
  );
}
