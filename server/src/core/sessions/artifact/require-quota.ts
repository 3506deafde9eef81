import { AppError } from "../../base/index.ts";
import type { SessionsQueries } from "../ports.ts";
import { maxArtifactBytesOfSession, maxArtifactsOfSession } from "./artifact.ts";

/**
 * Throws an error with `code` if the session has the maximum number of artifacts, or if `sizeBytes` more bytes would
 * exceed the maximum total size.
 */
export async function requireQuota(
  { artifacts }: Pick<SessionsQueries, "artifacts">,
  sessionId: string,
  sizeBytes: number,
  code: "limit_reached" | "invalid_input",
): Promise<void> {
  const kept = await artifacts.totals(sessionId);
  if (kept.count < maxArtifactsOfSession && kept.bytes + sizeBytes <= maxArtifactBytesOfSession) return;
  throw new AppError(
    code,
    `A session can have at most ${maxArtifactsOfSession} artifacts, with at most ${maxArtifactBytesOfSession} bytes in total. Delete some of the artifacts, or create no more in this session.`,
  );
}
