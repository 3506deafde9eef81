import type { EventRepository, RepositoryRef } from "../../../core/forges/index.ts";
import type { GithubClient } from "../api/client.ts";

export interface Poll {
  readonly client: GithubClient;
  readonly ref: RepositoryRef;
  /** Repository in the form that events contain. */
  readonly repository: EventRepository;
  readonly since: Date;
  readonly signal: AbortSignal;
}

/** Maximum number of pages per list and poll. Items on later pages are missed. */
export const maxPollPages = 5;
