import type { EgressSetting } from "../../accounts/index.ts";
import type { MessageOptions } from "./message-options.ts";
import type { SandboxSize } from "./sandbox-size.ts";

export type SessionStatus = "draft" | "queued" | "inProgress" | "completed" | "failed" | "cancelled";

/** The durable conversation about one goal. */
export interface Session {
  readonly id: string;
  readonly organizationId: string;
  /** Counts sessions of the whole installation; each sandbox takes its uid from it. */
  readonly number: number;
  readonly title: string;
  readonly prompt: string;
  readonly description: string | null;
  readonly harness: string;
  readonly model: string;
  readonly provider: string | null;
  readonly branchName: string;
  /** As asked for; null means each repository's own. */
  readonly targetBranch: string | null;
  readonly baseBranch: string | null;
  readonly status: SessionStatus;
  readonly sandboxSize: SandboxSize;
  /** Of its first message, and of later ones where they do not say otherwise. */
  readonly options: MessageOptions;
  /** Narrows what the organization allows; null takes that as it is. */
  readonly egress: EgressSetting | null;
  /** In millionths of a US dollar, narrower than the organization's; null takes that as it is. */
  readonly budgetMicroUsd: number | null;
  /** What on a forge it was started from; null for the API. */
  readonly source: SessionSource | null;
  readonly visibility: Visibility;
  readonly isPinned: boolean;
  /** 0 to 100; for clients to order by. */
  readonly level: number;
  /** The API key that it, or the session that started it, was made with; null for words of a forge. */
  readonly createdByKeyId: string | null;
  /** What a client attached to the prompt for its own use; kept and handed to the first message. */
  readonly richContent: Readonly<Record<string, unknown>> | null;
  /** The pull request that it was asked to work on. */
  readonly sourcePullRequestId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastQueuedAt: Date | null;
}

/** `private`: only the key that made it sees it. `public`: the whole organization does. */
export type Visibility = "public" | "private";

/** `issue`: its pull request closes it. `pullRequest`: it works on that one's branch. */
export interface SessionSource {
  readonly kind: "issue" | "pullRequest";
  readonly repositoryId: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
}

/** A repository as one session uses it. */
export interface SessionRepository {
  readonly sessionId: string;
  readonly repositoryId: string;
  /** Name of its folder in the workspace. */
  readonly directory: string;
  readonly branchName: string;
  readonly targetBranch: string;
  /** Where a fork starts: the branch of the session that it came from. Gone or never pushed, and with null, it is as the session says. */
  readonly baseBranch: string | null;
  /** The commit of the target branch that the work started from; null until the workspace exists, and for an empty repository. */
  readonly baseSha: string | null;
}
