import type { TestContext } from "node:test";
import type { Forge, ForgeAdapter, ForgeThread, RepositoryRef } from "../../core/forges/index.ts";

/** One forge with one repository, which has a commit on `main` with the file `README.md`. */
export interface ForgeUnderTest {
  readonly adapter: ForgeAdapter;
  /** As the product's own account, which may write. */
  readonly forge: Forge;
  /** As one whose token the forge has never given out. */
  readonly stranger: Forge;
  readonly repository: RepositoryRef;
  /** Makes a commit on the branch, which starts at `main` when it is new, and returns it. */
  commit(branch: string, path?: string): Promise<string>;
  /** Starts a branch at `main` without a commit of its own. */
  branch(name: string): Promise<void>;
  /** Marks a branch as protected. */
  protect(branch: string): Promise<void>;
  /** Gives the repository another name; its own id stays. */
  rename(name: string): Promise<void>;
  /** A person who may write to the repository; acts on the forge's own side, not through the port. */
  readonly writer: ForgePerson;
  /** A person who may only read, or not even that. */
  readonly reader: ForgePerson;
  /** A person besides the writer who may review; absent where the reader may. */
  readonly reviewer?: ForgePerson;
  /** What another program says of a commit. */
  setCheck(
    sha: string,
    check: { readonly name: string; readonly state: "pending" | "passed" | "failed"; readonly log?: string },
  ): Promise<void>;
  readonly can: {
    readonly draft: boolean;
    readonly react: boolean;
    /** Reviews have an id that their comments name. */
    readonly review: boolean;
    readonly issues: boolean;
    readonly jobLogs: boolean;
    /** A closed pull request can be opened again. */
    readonly reopen: boolean;
    /** Labels and reviewers can be set. */
    readonly label: boolean;
    /** False where webhooks tell of a review only as a whole: its id and inline comments are then found by asking. */
    readonly tellsInline?: boolean;
    /** True where webhooks give the first characters of a head only, twelve or more. */
    readonly shortensHead?: boolean;
  };
}

export interface ForgePerson {
  readonly id: string;
  readonly login: string;
  comment(thread: ForgeThread, body: string): Promise<void>;
  /** One review, or where the forge has none, its comments one after the other. */
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
