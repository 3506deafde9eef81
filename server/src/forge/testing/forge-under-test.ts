import type { TestContext } from "node:test";
import type { Forge, ForgeAdapter, ForgeThread, RepositoryRef } from "../../core/forges/index.ts";

/** Forge with one repository, whose branch `main` has a commit with the file `README.md`. */
export interface ForgeUnderTest {
  readonly adapter: ForgeAdapter;
  /** Client that authenticates as Tembo's own account, which has write access. */
  readonly forge: Forge;
  /** Client that authenticates with a token that the forge has never issued. */
  readonly stranger: Forge;
  readonly repository: RepositoryRef;
  /** Creates a commit on the branch and returns it. A new branch starts at `main`. */
  commit(branch: string, path?: string): Promise<string>;
  /** Creates a branch at `main` without additional commits. */
  branch(name: string): Promise<void>;
  protect(branch: string): Promise<void>;
  /** Renames the repository. The repository's ID does not change. */
  rename(name: string): Promise<void>;
  /** User with write access, who acts on the forge directly and not through the port. */
  readonly writer: ForgePerson;
  /** User with at most read access. */
  readonly reader: ForgePerson;
  /** Second user who can review, or undefined if the reader can review. */
  readonly reviewer?: ForgePerson;
  /** Sets a commit status as an external program. */
  setCheck(
    sha: string,
    check: { readonly name: string; readonly state: "pending" | "passed" | "failed"; readonly log?: string },
  ): Promise<void>;
  readonly can: {
    readonly draft: boolean;
    readonly react: boolean;
    /** True if reviews have an ID to which their comments refer. */
    readonly review: boolean;
    readonly issues: boolean;
    readonly jobLogs: boolean;
    /** True if a closed pull request can be reopened. */
    readonly reopen: boolean;
    /** True if labels and reviewers can be set. */
    readonly label: boolean;
    /** False if webhooks report a review without its ID and inline comments, which then require separate requests. */
    readonly reportsInlineComments?: boolean;
    /** True if webhooks abbreviate the head, to at least twelve characters. */
    readonly shortensHead?: boolean;
  };
}

export interface ForgePerson {
  readonly id: string;
  readonly login: string;
  comment(thread: ForgeThread, body: string): Promise<void>;
  /** Submits one review. On a forge without reviews, submits its comments one by one. */
  review(
    number: number,
    review: {
      readonly state: "approved" | "changesRequested" | "commented";
      readonly body: string;
      readonly comments: readonly { readonly path: string; readonly line: number; readonly body: string }[];
    },
  ): Promise<void>;
  openIssue(issue: { readonly title: string; readonly body: string }): Promise<number>;
  openPullRequest(input: {
    readonly title: string;
    readonly head: string;
    readonly base: string;
  }): Promise<number>;
  merge(number: number): Promise<void>;
  close(number: number): Promise<void>;
}

export type MakeForge = (t: TestContext) => Promise<ForgeUnderTest>;
