import type { IntegrationCreateBody } from "@tembo/contract";

/** A pull request as its forge keeps it. */
export interface SeenPullRequest {
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "merged" | "closed";
  readonly head: string;
  readonly headSha: string;
}

/** A forge of its own on loopback with one repository in it, whose `main` has a README.md. */
export interface StoryForge {
  readonly type: "github" | "gitlab" | "gitea";
  /** What connects it. */
  readonly connection: IntegrationCreateBody;
  /** Its repository as people name it: "acme/tools/web". */
  readonly repository: string;
  /** The address that people open. */
  readonly repositoryUrl: string;
  /** For git, with `token` as the password. */
  readonly cloneUrl: string;
  /** What lets the product in. */
  readonly token: string;
  /** Asked of the forge itself, past the product. */
  pullRequests(): Promise<readonly SeenPullRequest[]>;
  /** How many webhooks lead to this address. */
  webhooks(url: string): Promise<number>;
  close(): Promise<void>;
}
