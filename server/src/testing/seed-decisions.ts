import { newId, type TurnLease } from "../core/base/index.ts";
import type { Artifact } from "../core/sessions/index.ts";
import { someTime, type TestStore } from "./test-store.ts";

/**
 * Adds items that a turn can leave for users to decide or view. They are a permission request, a question, a plan, and a file with the ID
 * `artifactId`.
 */
export async function seedDecisions(
  { store }: TestStore,
  lease: TurnLease,
): Promise<{ permissionId: string; questionId: string; artifactId: string }> {
  const [permissionId, questionId] = [newId(), newId()];
  const { sessionId, turnId } = lease;
  const ask = { sessionId, turnId, createdAt: someTime, expiresAt: new Date("2100-01-01") };
  await store.asks.insert({
    ...ask,
    id: permissionId,
    asked: { kind: "permission", toolCallId: "c", title: "t", toolKind: "execute", input: null },
  });
  await store.asks.insert({
    ...ask,
    id: questionId,
    asked: { kind: "question", question: "Which?", options: [] },
  });
  await store.plans.save(lease, {
    artifact: anArtifact(lease, { type: "Plan", title: "Plan", outputType: "markdown", content: "Do it." }),
    isAskedFor: false,
    decision: { state: "proposed" },
  });
  const file = anArtifact(lease, {
    type: "File",
    title: "a.txt",
    fileName: "a.txt",
    contentType: "text/plain; charset=utf-8",
  });
  await store.artifacts.insert(lease, file, { bytes: Buffer.from("ours"), blobId: null });
  return { permissionId, questionId, artifactId: file.id };
}

function anArtifact(
  { sessionId, turnId }: TurnLease,
  change: Pick<Artifact, "type" | "title"> & Partial<Artifact>,
): Artifact {
  return {
    id: newId(),
    sessionId,
    turnId,
    outputType: null,
    content: "",
    description: null,
    fileName: null,
    category: null,
    relatedPullRequestUrls: [],
    assetId: null,
    path: null,
    contentType: null,
    sizeBytes: 4,
    createdAt: someTime,
    updatedAt: someTime,
    ...change,
  };
}
