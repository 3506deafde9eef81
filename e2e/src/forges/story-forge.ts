import type { IntegrationCreateBody } from "@tembo/contract";

/** A pull request as its forge stores it. */
export interface SeenPullRequest {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "merged" | "closed";
  readonly head: string;
  readonly headSha: string;
}

/** A separate forge on loopback with one repository, whose `main` branch has a README.md. */
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
  /** Returns the number of webhooks with this URL. */
  webhooks(url: string): Promise<number>;
  close(): Promise<void>;
}
