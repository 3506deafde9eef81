import type { HarnessCatalog, HarnessMode, McpServer, ModelFamily, Speed } from "../../access/index.ts";
import type { DecidePermission, EventOf, ProtocolLine } from "../../sessions/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** Programs that run the model loop, behind one driver. */
export interface Harnesses extends HarnessCatalog {
  /**
   * Installs the pinned package if it is missing. Safe to call concurrently from several processes. Throws
   * `harness_failed`.
   */
  install(
    name: string,
    onProgress: (line: string) => void,
    signal: AbortSignal,
  ): Promise<HarnessInstallation>;
  /**
   * Starts the harness in the sandbox and opens a conversation. Resumes the given one if `conversationId` is set and
   * the harness still has it, and opens a new one otherwise. Throws `harness_failed` with the harness's last output.
   */
  start(input: HarnessStart, signal: AbortSignal): Promise<Conversation>;
}

export interface HarnessInstallation {
  /** Paths that a sandbox must be able to read for the harness to run. */
  readonly readOnlyPaths: readonly string[];
}

/** Choices that can be made when a conversation starts, and changed while it is open. */
export interface HarnessChoices {
  readonly model: string;
  /** `plan` instructs the harness not to change anything. The sandbox enforces it. */
  readonly mode: HarnessMode;
  /** A level that the harness defines, or null for its default. */
  readonly reasoningLevel: string | null;
  readonly speed: Speed;
}

/**
 * Settings for starting a harness. A choice that the harness does not offer keeps its default, and the first prompt
 * yields a notice about it.
 */
export interface HarnessStart extends HarnessChoices {
  readonly harness: string;
  /** Protocol family that the sandbox's model gateway accepts; one of those that the harness speaks. */
  readonly modelFamily: ModelFamily;
  readonly sandbox: Sandbox;
  /** Path as seen inside the sandbox. */
  readonly cwd: string;
  readonly conversationId: string | null;
  /** Additional environment variables. Variables that the harness itself needs take precedence. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * The organization's instructions, which extend the harness's own, or null. Ignored by a harness that does not take
   * instructions.
   */
  readonly instructions: string | null;
  /**
   * MCP servers of the conversation. A server that the harness cannot reach is omitted, and the first prompt yields a
   * notice about it.
   */
  readonly mcpServers: readonly McpServer[];
  /** Called whenever the harness asks for permission. Null allows each request once: the sandbox is what protects. */
  readonly decidePermission: DecidePermission | null;
  /** Called with each line of the protocol as sent, or null. */
  readonly onProtocolLine: ((line: ProtocolLine) => void) | null;
}

/** A running harness with one open conversation. */
export interface Conversation {
  readonly id: string;
  /** True if the requested conversation was found. Its history is not repeated as updates. */
  readonly isResumed: boolean;
  /**
   * Sends a prompt and yields the updates of the harness until it is done. The last update is `harness.ended`. Text
   * and thoughts are coalesced (20 to 50 ms). Aborting first requests cancellation, then kills the harness after a
   * grace period. Throws `model_failed` if the model refused or failed, and `harness_failed` if the harness died.
   */
  prompt(blocks: readonly PromptBlock[], signal: AbortSignal): AsyncIterable<HarnessUpdate>;
  /**
   * Injects blocks into the running prompt. Returns false, without effect, if no prompt runs or the harness cannot do
   * this.
   */
  steer(blocks: readonly PromptBlock[]): Promise<boolean>;
  /**
   * Changes the choices, preferably between prompts. Returns the names of the choices that the harness does not
   * offer; the next prompt also yields a notice about them. Throws `harness_failed` if the harness dies or does not
   * respond.
   */
  configure(choices: HarnessChoices): Promise<readonly (keyof HarnessChoices)[]>;
  /** True if the harness and its connection are alive, so that another prompt can be sent. */
  readonly isAlive: boolean;
  /** Ends the harness and all its processes. Idempotent. */
  close(): Promise<void>;
}

export type PromptBlock =
  | { readonly type: "text"; readonly text: string }
  /** A file of the workspace. `path` is as seen inside the sandbox. */
  | { readonly type: "resourceLink"; readonly path: string; readonly name: string }
  /** An image, only for a harness that accepts images. */
  | { readonly type: "image"; readonly mediaType: string; readonly base64: string };

/** Update from a harness. Tool calls are upserts by `toolCallId`. A `notice` reports dropped updates. */
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
