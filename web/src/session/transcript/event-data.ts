import type { SessionEvent } from "@tembo-io/sdk";

/** `stopped`: its turn ended first, as no event of a tool says. */
export type ToolStatus = "pending" | "running" | "completed" | "failed" | "stopped";
export type AnsweredBy = "person" | "timeout" | "policy" | "turn";

export interface FileDiff {
  readonly path: string;
  readonly oldText: string | null;
  readonly newText: string;
}

export interface AttachmentName {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
}

export interface PlanEntry {
  readonly content: string;
  readonly status: "pending" | "inProgress" | "completed";
}

export interface PullRequestFact {
  readonly repository: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
}

/** What a session tells, by the server's names. The contract leaves the data of an event open, so a newer server may tell more. */
export type EventData =
  | { type: "session.agentChanged"; agent: string }
  | { type: "message.queued"; content: string; attachments?: readonly AttachmentName[] }
  | { type: "message.edited"; content: string }
  | { type: "message.moved"; order: readonly string[] }
  | { type: "message.deleted" }
  | { type: "message.steered"; turnId: string; how: "injected" | "restarted" | "prompted" }
  | { type: "turn.started"; turnId: string; number: number }
  | { type: "turn.resumed"; turnId: string; attempt: number }
  | { type: "turn.step"; step: string; message: string }
  | { type: "turn.completed"; turnId: string; message: string }
  | { type: "turn.failed"; turnId: string; error: { code: string; message: string } }
  | { type: "turn.cancelled"; turnId: string; message: string }
  | ({ type: "turn.metered"; turnId: string } & TurnUsage)
  | {
      type: "hook.finished";
      hook: "setupScript" | "prePush";
      repository: string;
      command: string;
      exitCode: number;
      output: string;
    }
  | ({ type: "commit.created" } & CommitFact)
  | ({ type: "pullRequest.opened" | "pullRequest.updated" } & PullRequestFact)
  | { type: "response.given"; text: string }
  | { type: "tool.called"; tool: string; input: string; status: "completed" | "failed"; output: string }
  | { type: "egress.denied"; host: string; port: number; reason: "notAllowed" | "notPublic" }
  | { type: "sandbox.kept"; until: string }
  | { type: "sandbox.stopped"; reason: string }
  | {
      type: "permission.requested";
      permissionId: string;
      title: string;
      kind: string;
      input: string | null;
      expiresAt: string;
    }
  | {
      type: "permission.answered";
      permissionId: string;
      title: string;
      kind: string;
      decision: "allow" | "deny";
      by: AnsweredBy;
      comment: string | null;
    }
  | {
      type: "question.asked";
      questionId: string;
      question: string;
      options: readonly string[];
      expiresAt: string;
    }
  | { type: "question.answered"; questionId: string; answer: string | null; by: AnsweredBy }
  | { type: "artifact.created"; artifactId: string; artifactType: "Response" | "File"; title: string }
  | { type: "plan.proposed"; artifactId: string; title: string }
  | { type: "goal.checked"; round: number; isReached: boolean; output: string }
  | { type: "notice"; message: string }
  | { type: "text" | "thought"; text: string }
  | {
      type: "toolCall";
      toolCallId: string;
      title: string;
      kind: string;
      status: ToolStatus;
      input: string | null;
      output: string | null;
      exitCode: number | null;
      diffs: readonly FileDiff[];
    }
  | { type: "plan"; entries: readonly PlanEntry[] }
  | { type: "mode"; mode: string; isPlanning: boolean }
  | { type: "usage"; inputTokens: number; outputTokens: number; cachedInputTokens: number }
  | { type: "harness.ended"; stopReason: "endTurn" | "cancelled" | "maxTokens" | "refusal" };

export interface CommitFact {
  readonly repository: string;
  readonly branch: string;
  readonly sha: string;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
}

/** Of a turn's models. Input is the sum of three disjoint counts. `costMicroUsd` is null where nobody counts the money. */
export interface TurnUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly costMicroUsd: number | null;
}

export function dataOf(event: SessionEvent): EventData {
  return event.eventData as unknown as EventData;
}

/** What an event is told with. */
export interface Told {
  readonly id: number;
  readonly at: string;
  readonly messageId: string | null;
  readonly data: EventData;
}
