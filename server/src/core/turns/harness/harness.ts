import type { HarnessCatalog, HarnessMode, McpServer, ModelFamily, Speed } from "../../access/index.ts";
import type { DecidePermission, EventOf, ProtocolLine } from "../../sessions/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** Harnesses, which are programs that run the model loop. One driver controls all of them. */
export interface Harnesses extends HarnessCatalog {
  /**
   * Installs the pinned package if it is missing. Safe to call concurrently from several processes. Throws
   * `harness_failed` if the installation fails or a required program is missing, or `invalid_input` if the name is
   * unknown.
   */
  install(
    name: string,
    onProgress: (line: string) => void,
    signal: AbortSignal,
  ): Promise<HarnessInstallation>;
  /**
   * Starts the harness in the sandbox, without a conversation, so that `start` can open one sooner. The harness must have
   * `startsEarly`. Throws the errors of `start`.
   */
  launch(input: HarnessLaunch, signal: AbortSignal): Promise<LaunchedHarness>;
  /**
   * Starts the harness in the sandbox and opens a conversation. If `conversationId` is set and the harness still has
   * that conversation, resumes it. Otherwise, opens a new conversation. Throws `harness_failed`, with the harness's
   * last output if it died, or the errors of `Sandbox.spawn`.
   */
  start(input: HarnessStart, signal: AbortSignal): Promise<Conversation>;
}

export interface HarnessInstallation {
  /** Paths that must be readable in a sandbox for the harness to run. */
  readonly readOnlyPaths: readonly string[];
}

/** Choices that apply from the start of a conversation and can be changed while it is open. */
export interface HarnessChoices {
  readonly model: string;
  /** `plan` instructs the harness not to change files. The sandbox enforces this. */
  readonly mode: HarnessMode;
  /** Reasoning level, or null for the harness's default. */
  readonly reasoningLevel: string | null;
  readonly speed: Speed;
}

/** Settings that a harness receives before its conversation opens. A launched harness fits only a start with equal ones. */
export interface HarnessLaunch {
  readonly harness: string;
  /** Protocol family that the sandbox's model gateway accepts. The harness must support it. */
  readonly modelFamily: ModelFamily;
  readonly model: string;
  readonly mode: HarnessMode;
  readonly sandbox: Sandbox;
  /** Additional environment variables. Variables that the harness itself needs take precedence. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * The organization's instructions, which extend the harness's own, or null. A harness that does not accept
   * instructions ignores them.
   */
  readonly instructions: string | null;
  /** True if a caller decides about permissions. */
  readonly asks: boolean;
}

/** Harness process without a conversation. It has received nothing about a session. */
export interface LaunchedHarness {
  readonly isAlive: boolean;
  /** Terminates the harness and all of its processes. Idempotent. */
  close(): Promise<void>;
}

/**
 * Settings for starting a harness. If the harness does not offer a choice, its default applies, and the first prompt
 * yields a notice about it.
 */
export interface HarnessStart extends HarnessChoices, Omit<HarnessLaunch, "asks"> {
  /** Harness that `launch` started in this sandbox with equal settings, or null. It is used once. */
  readonly launched?: LaunchedHarness | null;
  /** Working directory, as a path inside the sandbox. */
  readonly cwd: string;
  readonly conversationId: string | null;
  /**
   * MCP servers for the conversation. A server whose transport the harness does not support is omitted, and the first
   * prompt yields a notice about it.
   */
  readonly mcpServers: readonly McpServer[];
  /**
   * Called when the harness requests permission. If it is null, each request is allowed once, because the sandbox
   * isolates the harness.
   */
  readonly decidePermission: DecidePermission | null;
  /** Called with each line of the protocol, unmodified. */
  readonly onProtocolLine: ((line: ProtocolLine) => void) | null;
}

/** A running harness with one open conversation. */
export interface Conversation {
  readonly id: string;
  /** True if the harness resumed the requested conversation. The updates do not include its history. */
  readonly isResumed: boolean;
  /**
   * Sends a prompt and yields the harness's updates until the prompt ends. The last update is `harness.ended`. Text and
   * thoughts are coalesced over 20 to 50 ms. On abort, requests cancellation first, and kills the harness after a grace
   * period. Throws `model_failed` if the model refused or failed, `harness_failed` if the harness died, or `conflict`
   * if another prompt is running.
   */
  prompt(blocks: readonly PromptBlock[], signal: AbortSignal): AsyncIterable<HarnessUpdate>;
  /**
   * Injects blocks into the running prompt. Returns false if no prompt is running, if the harness does not support
   * this, or if it does not accept the blocks in time.
   */
  steer(blocks: readonly PromptBlock[]): Promise<boolean>;
  /**
   * Changes the choices. Call it between prompts if possible. Returns the names of the choices that the harness does
   * not offer. The next prompt also yields a notice about them. Throws `harness_failed` if the harness dies or does not
   * respond.
   */
  configure(choices: HarnessChoices): Promise<readonly (keyof HarnessChoices)[]>;
  /** True if the harness is alive and connected, so that another prompt can be sent. */
  readonly isAlive: boolean;
  /** Terminates the harness and all of its processes. Idempotent. */
  close(): Promise<void>;
}

export type PromptBlock =
  | { readonly type: "text"; readonly text: string }
  /** A file in the sandbox. `path` is the path inside the sandbox. */
  | { readonly type: "resourceLink"; readonly path: string; readonly name: string }
  /** An image, only for a harness that accepts images. */
  | { readonly type: "image"; readonly mediaType: string; readonly base64: string };

/**
 * Update from a harness. Tool calls are upserts by `toolCallId`. A `notice` reports dropped updates, omitted MCP
 * servers, or settings that the harness does not offer.
 */
export type HarnessUpdate = EventOf<
  | "text"
  | "thought"
  | "toolCall"
  | "plan"
  | "title"
  | "mode"
  | "availableCommands"
  | "notice"
  | "usage"
  | "harness.ended"
>;
