import type { HarnessCatalogue, HarnessMode, McpServer, ModelFamily, Speed } from "../../access/index.ts";
import type { DecidePermission, EventOf, ProtocolLine } from "../../sessions/index.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** The programs that run the model loop, behind one driver. */
export interface Harnesses extends HarnessCatalogue {
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

export interface HarnessInstallation {
  /** What a sandbox must be able to read for the harness to run. */
  readonly readOnlyPaths: readonly string[];
}

/** What can be chosen at the start of a conversation, and again while it is open. */
export interface HarnessChoices {
  readonly model: string;
  /** `plan`: it is told to change nothing. That it cannot is the sandbox's work. */
  readonly mode: HarnessMode;
  /** One of the harness's own, null leaves its default. */
  readonly reasoningLevel: string | null;
  readonly speed: Speed;
}

/** What the harness does not offer of the choices is left at its default, and told as a notice of the first prompt. */
export interface HarnessStart extends HarnessChoices {
  readonly harness: string;
  /** Whose protocol the model gateway of the sandbox takes; one of those that the harness speaks. */
  readonly modelFamily: ModelFamily;
  readonly sandbox: Sandbox;
  /** As seen inside the sandbox. */
  readonly cwd: string;
  readonly conversationId: string | null;
  /** Joins the harness's environment; what the harness itself needs to run wins. */
  readonly env: Readonly<Record<string, string>>;
  /** The organization's, beside the harness's own; null without any, and ignored by one that does not take them. */
  readonly instructions: string | null;
  /** Those that the harness cannot reach are left out, and told as a notice of the first prompt. */
  readonly mcpServers: readonly McpServer[];
  /** Asked whenever the harness asks. Null allows everything, each time for once: the sandbox is what protects. */
  readonly decidePermission: DecidePermission | null;
  /** Hears each line of the protocol, as it was sent; null: nobody does. */
  readonly onWireLine: ((line: ProtocolLine) => void) | null;
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
  /** Puts words into the prompt that runs. False when none runs or the harness cannot: then nothing was done. */
  steer(blocks: readonly PromptBlock[]): Promise<boolean>;
  /**
   * Changes what was chosen, best between prompts. Answers the names of what the harness does not offer, which is told as a
   * notice of the next prompt too. Throws `harness_failed` when it dies or does not answer.
   */
  configure(choices: HarnessChoices): Promise<readonly (keyof HarnessChoices)[]>;
  /** The harness and its connection still live, so that another prompt can be sent. */
  readonly isAlive: boolean;
  /** Ends the harness and all its processes. Idempotent. */
  close(): Promise<void>;
}

export type PromptBlock =
  | { readonly type: "text"; readonly text: string }
  /** A file of the workspace; `path` as seen inside the sandbox. */
  | { readonly type: "resourceLink"; readonly path: string; readonly name: string }
  /** Only for a harness that takes images. */
  | { readonly type: "image"; readonly mediaType: string; readonly base64: string };

/** An update from a harness. Tool calls are upserts by `toolCallId`. A `notice` reports dropped updates. */
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
