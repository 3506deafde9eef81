import type { ForgeEvent } from "../../core/forge/forge-event.ts";
import type { RepositoryRef } from "../../core/forge/forge-repository.ts";
import type { GitlabClient } from "./gitlab-client.ts";

export async function eventsSince(_c: GitlabClient, _r: RepositoryRef, _s: Date, _a: AbortSignal): Promise<readonly ForgeEvent[]> {
  return [];
}
