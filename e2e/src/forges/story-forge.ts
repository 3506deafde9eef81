import type { IntegrationCreateBody } from "@tembo/contract";

/** A pull request as the forge stores it. */
export interface SeenPullRequest {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "merged" | "closed";
  readonly head: string;
  readonly headSha: string;
}

/** A separate forge on loopback. Its only repository has a README.md on the `main` branch. */
export interface StoryForge {
  readonly type: "github" | "gitlab" | "gitea";
  /** Settings that connect the forge. */
  readonly connection: IntegrationCreateBody;
  /** Full name of the repository, such as "acme/tools/web". */
  readonly repository: string;
  /** URL of the repository's web page. */
  readonly repositoryUrl: string;
  /** URL for git, with `token` as the password. */
  readonly cloneUrl: string;
  /** Token with which the product signs in. */
  readonly token: string;
  /** Reads the pull requests directly from the forge. */
  pullRequests(): Promise<readonly SeenPullRequest[]>;
  /** Returns the number of webhooks for this URL. */
  webhooks(url: string): Promise<number>;
  close(): Promise<void>;
}
