import type { AskedPermissionKind } from "@tembo/contract/permission-kinds";
import type { SteeredAs } from "../message/message.ts";
import type { EgressDenial } from "../ports/broker.ts";
import type { HarnessUpdate, PermissionDecision } from "../ports/harness.ts";
import type { UsageTotal } from "../usage/usage.ts";

/** Everything a session can tell. The name before the point is the noun that it is about. */
export type EventData =
  | { readonly type: "session.created"; readonly agent: string; readonly repositories: readonly string[] }
  | { readonly type: "session.titled"; readonly title: string }
  /** From here on messages are worked by this one. */
  | { readonly type: "session.agentChanged"; readonly agent: string }
  | {
      readonly type: "message.queued";
      readonly content: string;
      /** Absent when it has none. */
      readonly attachments?: readonly {
        readonly id: string;
        readonly name: string;
        readonly mediaType: string;
      }[];
    }
  | { readonly type: "message.edited"; readonly content: string }
  /** `order`: the ids of all that wait, in the order in which they will be worked; `position` counts from 0 in it. */
  | { readonly type: "message.moved"; readonly position: number; readonly order: readonly string[] }
  | { readonly type: "message.deleted" }
  /** It reached the harness of a turn that was running. */
  | { readonly type: "message.steered"; readonly turnId: string; readonly how: SteeredAs }
  | { readonly type: "turn.queued"; readonly turnId: string; readonly number: number }
  | { readonly type: "turn.started"; readonly turnId: string; readonly number: number }
  | { readonly type: "turn.resumed"; readonly turnId: string; readonly attempt: number }
  | { readonly type: "turn.step"; readonly step: TurnStep; readonly message: string }
  | { readonly type: "turn.completed"; readonly turnId: string; readonly message: string }
  | {
      readonly type: "turn.failed";
      readonly turnId: string;
      readonly error: { readonly code: string; readonly message: string };
    }
  | { readonly type: "turn.cancelled"; readonly turnId: string; readonly message: string }
  | {
      readonly type: "hook.finished";
      readonly hook: "setupScript" | "prePush";
      readonly repository: string;
      readonly command: string;
      readonly exitCode: number;
      /** The end of what it printed, at most 16,000 characters. */
      readonly output: string;
    }
  /** The counts are what changed since the commit before it: the turn's last one, else the branch's head when the turn began, else the base. */
  | {
      readonly type: "commit.created";
      readonly repository: string;
      readonly branch: string;
      readonly sha: string;
      readonly additions: number;
      readonly deletions: number;
      readonly changedFiles: number;
    }
  | {
      readonly type: "branch.pushed";
      readonly repository: string;
      readonly branch: string;
      readonly sha: string;
    }
  | {
      readonly type: "pullRequest.opened" | "pullRequest.updated";
      readonly repository: string;
      readonly number: number;
      readonly url: string;
      readonly title: string;
    }
  /** What the agent said to the person by itself, in the middle of its work; in Markdown. */
  | { readonly type: "response.given"; readonly text: string }
  /** A tool of the session was called from the sandbox and has ended. */
  | {
      readonly type: "tool.called";
      readonly tool: string;
      /** JSON, cut at 16,000 characters. */
      readonly input: string;
      readonly status: "completed" | "failed";
      /** JSON of the result or, failed, a sentence; cut at 16,000 characters. */
      readonly output: string;
    }
  /** A host that a program asked for and did not get; told once a turn. */
  | ({ readonly type: "egress.denied" } & EgressDenial)
  /** What the turn's models cost, by the providers' own count. */
  | ({ readonly type: "turn.metered"; readonly turnId: string } & UsageTotal)
  /** The sandbox and its harness stay up after a turn, so that the next message starts at once. */
  | { readonly type: "sandbox.kept"; readonly until: string }
  | { readonly type: "sandbox.stopped"; readonly reason: string }
  /** A person opened a terminal in the sandbox. What goes on in it is not recorded. */
  | { readonly type: "terminal.opened"; readonly terminalId: string; readonly userId: string }
  | { readonly type: "terminal.closed"; readonly terminalId: string; readonly reason: string }
  /** A harness wants to do something and waits for a person to say whether it may. */
  | {
      readonly type: "permission.requested";
      readonly permissionId: string;
      readonly toolCallId: string;
      readonly title: string;
      readonly kind: AskedPermissionKind;
      /** JSON of the tool's input, at most 16,000 characters. */
      readonly input: string | null;
      /** ISO 8601; what holds when nobody has answered by then is the organization's policy. */
      readonly expiresAt: string;
    }
  | {
      readonly type: "permission.answered";
      readonly permissionId: string;
      readonly toolCallId: string;
      readonly title: string;
      readonly kind: AskedPermissionKind;
      readonly decision: PermissionDecision;
      /** `policy`: nobody was asked. `turn`: what asked has gone. */
      readonly by: "person" | "timeout" | "policy" | "turn";
      readonly comment: string | null;
    }
  /** A tool put a question to a person and waits for the answer. */
  | {
      readonly type: "question.asked";
      readonly questionId: string;
      readonly question: string;
      /** Answers to choose from; with none the answer is free text. */
      readonly options: readonly string[];
      readonly expiresAt: string;
    }
  | {
      readonly type: "question.answered";
      readonly questionId: string;
      /** Null: there is none. */
      readonly answer: string | null;
      readonly by: "person" | "timeout" | "turn";
    }
  /** A document or a file was kept beside the session. */
  | {
      readonly type: "artifact.created";
      readonly artifactId: string;
      readonly artifactType: "Response" | "File";
      readonly title: string;
    }
  /** What a planning turn ended with, to be approved or rejected. */
  | { readonly type: "plan.proposed"; readonly artifactId: string; readonly title: string }
  /** Whether the objective of a turn's goal is reached; `output` is the end of what the check printed, or of what the harness said. */
  | {
      readonly type: "goal.checked";
      readonly round: number;
      readonly isReached: boolean;
      readonly output: string;
    }
  | { readonly type: "notice"; readonly message: string }
  | HarnessUpdate;

export type TurnStep = "provision" | "setUp" | "work" | "commit" | "prePush" | "mend" | "publish";

/** One appended, numbered fact of a session; never edited. */
export interface SessionEvent {
  readonly sessionId: string;
  /** 1, 2, 3, ... within the session, without gaps. */
  readonly seq: number;
  readonly messageId: string | null;
  readonly data: EventData;
  readonly createdAt: Date;
}

export interface NewEvent {
  /** Unique within the session: appending the same key again changes nothing, so a repeated step tells nothing twice. */
  readonly key: string;
  readonly messageId: string | null;
  readonly data: EventData;
}
