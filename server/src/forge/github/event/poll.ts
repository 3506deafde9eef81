import type { EventRepository, RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";

/** What one poll asks with. */
export interface Poll {
  readonly client: GithubClient;
  readonly ref: RepositoryRef;
  /** As events name it. */
  readonly repository: EventRepository;
  readonly since: Date;
  readonly signal: AbortSignal;
}

/** No poll reads more than this of any list; what is older than that is lost to it. */
export const maxPollPages = 5;
