import type { EventOf } from "@tembo-io/sdk";

/** Status of a tool call. `stopped` means that the turn ended before the call completed. */
export type ToolStatus = EventOf<"toolCall">["status"] | "stopped";
export type AnsweredBy = EventOf<"permission.answered">["by"];
export type FileDiff = EventOf<"toolCall">["diffs"][number];
export type AttachmentName = NonNullable<EventOf<"message.queued">["attachments"]>[number];
type PlanEntry = EventOf<"plan">["entries"][number];
type CommitFact = Omit<EventOf<"commit.created">, "type">;
type PullRequestFact = Omit<EventOf<"pullRequest.opened">, "type">;

/** Token usage of a turn. The three input counts are disjoint. `costMicroUsd` is null if the cost is not metered. */
export type TurnUsage = Pick<
  EventOf<"turn.metered">,
  "inputTokens" | "outputTokens" | "cachedInputTokens" | "cacheWriteTokens"
> & { readonly costMicroUsd: number | null };

/** A transcript row. `key` identifies the row for the lifetime of the transcript. `at` is the row's start time. */
export type TranscriptItem = { readonly key: string; readonly at: string } & ItemBody;
export type ItemOf<Kind extends ItemBody["kind"]> = Extract<TranscriptItem, { kind: Kind }>;

export type ItemBody =
  | {
      readonly kind: "message";
      readonly messageId: string;
      readonly content: string;
      readonly attachments: readonly AttachmentName[];
      /** True if the message joined a running turn. */
      readonly isSteered: boolean;
    }
  | {
      readonly kind: "text";
      readonly text: string;
      /** True if the end of the turn shows the same text. */
      readonly isHidden?: true;
    }
  | { readonly kind: "thought"; readonly text: string; readonly endedAt: string }
  | {
      readonly kind: "tool";
      readonly title: string;
      /** Name of the session tool that the call runs, or null if it runs another tool. */
      readonly sessionTool: string | null;
      /** True if another row shows the call, such as the question of `ask_user`. */
      readonly isHidden?: true;
      readonly toolKind: string;
      readonly status: ToolStatus;
      readonly input: string | null;
      readonly output: string | null;
      readonly exitCode: number | null;
      readonly diffs: readonly FileDiff[];
      /** End of the call, or null while it runs. */
      readonly endedAt: string | null;
    }
  | { readonly kind: "plan"; readonly entries: readonly PlanEntry[] }
  | {
      readonly kind: "permission";
      readonly permissionId: string;
      readonly title: string;
      readonly toolKind: string;
      readonly input: string | null;
      /** Expiration time of the request, or null if the policy decided it automatically. */
      readonly expiresAt: string | null;
      readonly answer: {
        readonly decision: "allow" | "deny";
        readonly by: AnsweredBy;
        readonly comment: string | null;
        readonly isForSession: boolean;
        readonly userId: string | null;
      } | null;
    }
  | {
      readonly kind: "question";
      readonly questionId: string;
      readonly question: string;
      readonly options: readonly string[];
      readonly expiresAt: string;
      readonly answer: {
        readonly text: string | null;
        readonly by: AnsweredBy;
        readonly userId: string | null;
      } | null;
    }
  | {
      readonly kind: "egress";
      readonly host: string;
      readonly port: number;
      readonly reason: "notAllowed" | "notPublic";
    }
  | { readonly kind: "steps"; readonly lines: readonly StepLine[]; readonly endedAt: string }
  | {
      readonly kind: "turnEnd";
      readonly messageId: string | null;
      readonly outcome: "completed" | "failed" | "cancelled";
      readonly result: TurnResult;
      readonly sentence: string;
      readonly startedAt: string | null;
      readonly usage: TurnUsage | null;
    }
  | {
      readonly kind: "hook";
      readonly hook: "setupScript" | "prePush";
      readonly repository: string;
      readonly command: string;
      readonly exitCode: number;
      readonly output: string;
    }
  | ({ readonly kind: "commit" } & CommitFact)
  | ({ readonly kind: "pullRequest"; readonly isNew: boolean } & PullRequestFact)
  | { readonly kind: "picture"; readonly artifactId: string; readonly title: string }
  | { readonly kind: "proposal"; readonly artifactId: string; readonly title: string }
  | {
      readonly kind: "goal";
      readonly round: number;
      readonly isReached: boolean;
      readonly output: string;
    }
  | { readonly kind: "note"; readonly note: Note };

/** A step of the server. A line with an activity is replaced by later lines of the same activity. */
export interface StepLine {
  readonly text: string;
  readonly activity: EventOf<"notice">["activity"] | null;
}

/** Result of a turn, as far as it decides how its end is shown. `failedEdits` is 0 if the turn changed a file. */
export interface TurnResult {
  readonly failedEdits: number;
  readonly hasPlan: boolean;
}

/** Content of an unobtrusive line. */
export type Note =
  | { readonly about: "agent"; readonly agent: string }
  | { readonly about: "archive"; readonly isArchived: boolean }
  | { readonly about: "resumed"; readonly attempt: number }
  | { readonly about: "artifact"; readonly title: string }
  | { readonly about: "sandboxStopped"; readonly reason: string }
  | {
      readonly about: "service";
      readonly name: string;
      readonly state: "ready" | "failed" | "exited";
      readonly output: string | null;
    }
  | { readonly about: "planning"; readonly isPlanning: boolean }
  | { readonly about: "stopReason"; readonly stopReason: "maxTokens" | "refusal" }
  | { readonly about: "notice"; readonly message: string };
