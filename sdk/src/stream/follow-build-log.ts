import { pathOf } from "../transport.ts";
import type { ProjectBuild } from "../types.ts";
import { followLog } from "./follow-log.ts";
import type { StreamOptions, StreamParts } from "./follow-stream.ts";

/**
 * Yields the log of a build from its beginning, and then new output until the build ends. Returns the final status, or
 * null if the signal aborts first. Reconnects if the connection drops. Throws if the server rejects the request or
 * stays unreachable.
 */
export function followBuildLog(
  parts: StreamParts,
  { projectId, buildId }: { readonly projectId: string; readonly buildId: string },
  options: StreamOptions = {},
): AsyncGenerator<string, ProjectBuild["status"] | null, undefined> {
  const path = pathOf`/v1/projects/${projectId}/builds/${buildId}/logs/stream`;
  return followLog<{ status: ProjectBuild["status"] }, ProjectBuild["status"]>(
    parts,
    { path, resultOf: ({ status }) => status },
    options,
  );
}
