import { pathOf } from "../transport.ts";
import type { ProjectBuild } from "../types.ts";
import { followStream, type StreamedEvent, type StreamOptions, type StreamParts } from "./follow-stream.ts";

/**
 * Yields the log of a build from its beginning, and then new output until the build ends. Returns the final status, or
 * null if the signal aborts first. Reconnects if the connection drops. Throws if the server rejects the request or
 * stays unreachable.
 */
export async function* followBuildLog(
  parts: StreamParts,
  { projectId, buildId }: { readonly projectId: string; readonly buildId: string },
  options: StreamOptions = {},
): AsyncGenerator<string, ProjectBuild["status"] | null, undefined> {
  const path = pathOf`/v1/projects/${projectId}/builds/${buildId}/logs/stream`;
  const stream = {
    path,
    type: "log",
    numberOf: ({ lastEventId }: StreamedEvent) => Number(lastEventId),
    endType: "end",
    after: 0,
  };
  for await (const { type, data } of followStream(parts, stream, options)) {
    if (type === "end") return (data as { status: ProjectBuild["status"] }).status;
    yield (data as { text: string }).text;
  }
  return null;
}
