import type { Repository } from "../repository/repository.ts";
import type { GitRemote } from "./git.ts";

/** GitHub, GitLab, Bitbucket or the built-in local one, as one idea. Throws `forge_failed` with a sentence. */
export interface Forge {
  readonly name: string;
  /** Makes an empty repository; one that exists already is left as it is. Only the local forge can. */
  createRepository(repository: Repository): Promise<void>;
  /** Where host git fetches and pushes. */
  remote(repository: Repository): Promise<GitRemote>;
  /** The open pull request for head and base, or null. */
  findPullRequest(repository: Repository, head: string, base: string): Promise<ForgePullRequest | null>;
  /** Find-or-create: an open one for the same head and base is returned. No commits between them gives null. */
  createPullRequest(
    repository: Repository,
    input: { readonly title: string; readonly body: string; readonly head: string; readonly base: string },
  ): Promise<ForgePullRequest | null>;
  updatePullRequest(
    repository: Repository,
    number: number,
    change: { readonly title?: string; readonly body?: string },
  ): Promise<ForgePullRequest>;
}

export interface ForgePullRequest {
  readonly number: number;
  /** Of the page a person opens. */
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly status: "open" | "merged" | "closed";
  readonly head: string;
  readonly base: string;
  readonly headSha: string;
  readonly mergedAt: Date | null;
}
