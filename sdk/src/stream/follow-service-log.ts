import { pathOf } from "../transport.ts";
import type { SessionService } from "../types.ts";
import { followLog } from "./follow-log.ts";
import type { StreamOptions, StreamParts } from "./follow-stream.ts";

/**
 * Yields the log of a service, and returns the state in which the service ended, in the same way as `followBuildLog`.
 */
export function followServiceLog(
  parts: StreamParts,
  { sessionId, name }: { readonly sessionId: string; readonly name: string },
  options: StreamOptions = {},
): AsyncGenerator<string, SessionService["state"] | null, undefined> {
  const path = pathOf`/v1/sessions/${sessionId}/services/${name}/log/stream`;
  return followLog<{ state: SessionService["state"] }, SessionService["state"]>(
    parts,
    { path, resultOf: ({ state }) => state },
    options,
  );
}
