import type { SteeredAs } from "../message/message.ts";
import type { EgressDenial } from "../ports/broker.ts";
import type { HarnessUpdate } from "../ports/harness.ts";
import type { UsageTotal } from "../usage/usage.ts";

/** Everything a session can tell. The name before the point is the noun that it is about. */
export type EventData =
  | { readonly type: "session.created"; readonly agent: string; readonly repositories: readonly string[] }
  | { readonly type: "session.titled"; readonly title: string }
  /** From here on messages are worked by this one. */
  | { readonly type: "session.agentChanged"; readonly agent: string }
  | { readonly type: "message.queued"; readonly content: string }
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
  /** A host that a program asked for and did not get; told once a turn. */
  | ({ readonly type: "egress.denied" } & EgressDenial)
  /** What the turn's models cost, by the providers' own count. */
  | ({ readonly type: "turn.metered"; readonly turnId: string } & UsageTotal)
  | { readonly type: "notice"; readonly message: string }
  | HarnessUpdate;

export type TurnStep = "provision" | "setUp" | "work" | "commit" | "prePush" | "publish";

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
