import type {
  Permission as PermissionView,
  Plan as PlanView,
  Question as QuestionView,
} from "@tembo/contract";
import { AppError } from "../../../core/base/index.ts";
import { type Ask, decisionOf, type Plan } from "../../../core/sessions/index.ts";

export function permissionView({ asked, answer, ...ask }: Ask): PermissionView {
  if (asked.kind !== "permission")
    throw new AppError("internal", `Ask ${ask.id} is not a permission request.`);
  return {
    ...commonFields(ask),
    toolCallId: asked.toolCallId,
    title: asked.title,
    kind: asked.toolKind,
    input: asked.input,
    answer: answer && {
      decision: decisionOf(answer),
      by: answer.by,
      comment: answer.comment,
      scope: answer.isForSession ? "session" : "request",
      userId: answer.userId ?? null,
      answeredAt: answer.at.toISOString(),
    },
  };
}

export function questionView({ asked, answer, ...ask }: Ask): QuestionView {
  if (asked.kind !== "question") throw new AppError("internal", `Ask ${ask.id} is not a question.`);
  return {
    ...commonFields(ask),
    question: asked.question,
    options: [...asked.options],
    answer: answer && {
      text: answer.text,
      by: answer.by,
      userId: answer.userId ?? null,
      answeredAt: answer.at.toISOString(),
    },
  };
}

function commonFields({ id, sessionId, createdAt, expiresAt }: Omit<Ask, "asked" | "answer">) {
  return { id, sessionId, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
}

export function planView({ artifact, decision }: Plan): PlanView {
  return {
    artifactId: artifact.id,
    sessionId: artifact.sessionId,
    title: artifact.title,
    content: artifact.content,
    state: decision.state,
    comment: decision.state === "rejected" ? decision.comment : null,
    messageId: decision.state === "proposed" ? null : decision.messageId,
    decidedAt: decision.state === "proposed" ? null : decision.decidedAt.toISOString(),
    createdAt: artifact.createdAt.toISOString(),
    updatedAt: artifact.updatedAt.toISOString(),
  };
}
