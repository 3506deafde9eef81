import type { Sandbox } from "./sandbox.ts";

/** The programs that run the model loop, behind one driver. */
export interface Harnesses {
  list(): readonly HarnessInfo[];
  /** Installs the pinned package when it is missing; safe to call at the same time from several processes. Throws `harness_failed`. */
  install(
    name: string,
    onProgress: (line: string) => void,
    signal: AbortSignal,
  ): Promise<HarnessInstallation>;
  /**
   * Starts the harness in the sandbox and opens a conversation: the given one when `conversationId` is
   * set and the harness still knows it, else a new one. Throws `harness_failed` with its last words.
   */
  start(input: HarnessStart, signal: AbortSignal): Promise<Conversation>;
}

export interface HarnessInfo {
  /** As in the API: `claudeCode`. */
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  readonly defaultModel: string;
  readonly modelFamily: ModelFamily;
  readonly isInstalled: boolean;
}

export type ModelFamily = "anthropic" | "openai" | "gemini";

export interface HarnessInstallation {
  /** What a sandbox must be able to read for the harness to run. */
  readonly readOnlyPaths: readonly string[];
}

export interface HarnessStart {
  readonly harness: string;
  readonly model: string;
  readonly sandbox: Sandbox;
  /** As seen inside the sandbox. */
  readonly cwd: string;
  readonly conversationId: string | null;
  /** Joins the harness's environment; what the harness itself needs to run wins. */
  readonly env: Readonly<Record<string, string>>;
}

/** A running harness with one open conversation. */
export interface Conversation {
  readonly id: string;
  /** The conversation asked for was found; nothing of it is repeated as an update. */
  readonly isResumed: boolean;
  /**
   * Sends a prompt and yields what the harness does until it is done; the last update is `harness.ended`.
   * Text and thought come coalesced (20 to 50 ms). Aborting cancels politely, then after a grace kills.
   * Throws `model_failed` when the model refused or failed, `harness_failed` when the harness died.
   */
  prompt(blocks: readonly PromptBlock[], signal: AbortSignal): AsyncIterable<HarnessUpdate>;
  /** Ends the harness and all its processes. Idempotent. */
  close(): Promise<void>;
}

export type PromptBlock =
  | { readonly type: "text"; readonly text: string }
  /** A file of the workspace; `path` as seen inside the sandbox. */
  | { readonly type: "resourceLink"; readonly path: string; readonly name: string };

/** What a harness tells, whichever it is. Tool calls are upserts by `toolCallId`. */
export type HarnessUpdate =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thought"; readonly text: string }
  | {
      readonly type: "toolCall";
      readonly toolCallId: string;
      readonly title: string;
      readonly kind: "read" | "edit" | "delete" | "move" | "search" | "execute" | "think" | "fetch" | "other";
      readonly status: "pending" | "running" | "completed" | "failed";
      /** JSON of the tool's input, and text of its output, each cut at 16,000 characters. */
      readonly input: string | null;
      readonly output: string | null;
      readonly diffs: readonly {
        /** Absolute, as seen inside the sandbox, without `.` and `..`. For people to read: nothing outside opens it. */
        readonly path: string;
        readonly oldText: string | null;
        readonly newText: string;
      }[];
    }
  | {
      readonly type: "plan";
      readonly entries: readonly {
        readonly content: string;
        readonly status: "pending" | "inProgress" | "completed";
      }[];
    }
  | { readonly type: "title"; readonly title: string }
  /** Of the driver itself: what of the harness's updates was dropped. */
  | { readonly type: "notice"; readonly message: string }
  | {
      readonly type: "usage";
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly cachedInputTokens: number;
    }
  | {
      readonly type: "harness.ended";
      readonly stopReason: "endTurn" | "cancelled" | "maxTokens" | "refusal";
    };
