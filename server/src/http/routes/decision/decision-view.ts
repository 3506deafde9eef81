import type {
  Artifact as ArtifactView,
  Permission as PermissionView,
  Plan as PlanView,
  Question as QuestionView,
} from "@tembo/contract";
import type { Artifact } from "../../../core/artifact/artifact.ts";
import { type Ask, decisionOf } from "../../../core/ask/ask.ts";
import { AppError } from "../../../core/errors.ts";
import type { Plan } from "../../../core/plan/plan.ts";

export function permissionView({ asked, answer, ...ask }: Ask): PermissionView {
  if (asked.kind !== "permission") throw new AppError("internal", `Ask ${ask.id} is for no permission.`);
  return {
    ...timesOf(ask),
    toolCallId: asked.toolCallId,
    title: asked.title,
    kind: asked.toolKind,
    input: asked.input,
    answer: answer && {
      decision: decisionOf(answer),
      by: answer.by,
      comment: answer.comment,
      answeredAt: answer.at.toISOString(),
    },
  };
}

export function questionView({ asked, answer, ...ask }: Ask): QuestionView {
  if (asked.kind !== "question") throw new AppError("internal", `Ask ${ask.id} is no question.`);
  return {
    ...timesOf(ask),
    question: asked.question,
    options: [...asked.options],
    answer: answer && { text: answer.text, by: answer.by, answeredAt: answer.at.toISOString() },
  };
}

function timesOf({ id, sessionId, createdAt, expiresAt }: Omit<Ask, "asked" | "answer">) {
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

const contentTypes = {
  html: "text/html",
  markdown: "text/markdown",
  json: "application/json",
  csv: "text/csv",
} as const;

export function artifactView(artifact: Artifact): ArtifactView {
  const { outputType, contentType } = artifact;
  return {
    id: artifact.id,
    sessionId: artifact.sessionId,
    type: artifact.type,
    title: artifact.title,
    description: artifact.description,
    category: null,
    fileKind: fileKindOf(artifact),
    outputType: contentType === null ? outputType : "asset",
    contentType: contentType ?? (outputType === null ? null : contentTypes[outputType]),
    fileName: artifact.fileName,
    sizeBytes: artifact.sizeBytes,
    assetId: contentType === null ? null : artifact.id,
    sourceUrl: null,
    serviceUrl: null,
    servicePort: null,
    runtime: null,
    relatedPullRequestUrls: [],
    createdAt: artifact.createdAt.toISOString(),
    updatedAt: artifact.updatedAt.toISOString(),
  };
}

function fileKindOf({ outputType, contentType }: Artifact): ArtifactView["fileKind"] {
  if (contentType === null) return outputType === "html" || outputType === "markdown" ? outputType : "text";
  const [kind] = contentType.split("/");
  return kind === "image" || kind === "video" || kind === "audio" || kind === "text" ? kind : "file";
}
