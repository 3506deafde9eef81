import type { EventOf } from "../../sessions/event/event.ts";
import type { Speed } from "../../sessions/message/message-options.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

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
  /** Whose protocol it speaks to a model of none of the `otherFamilies`. */
  readonly modelFamily: ModelFamily;
  /** Those whose protocols it speaks besides, each to models of its own. */
  readonly otherFamilies?: readonly ModelFamily[];
  readonly isInstalled: boolean;
  /** It was installed from packages that this version pins otherwise, and is installed again before it is next used. */
  readonly isOutdated?: true;
  /** The vendor's own, which works its prompts; without one a provider does, behind the model gateway. */
  readonly service?: HarnessService;
  /** Why it cannot be started here and what to do about it; absent when it can, also when it is only to be installed first. */
  readonly missing?: string;
  /** A program of the machine, which Tembo does not install. */
  readonly isProgram?: true;
  readonly capabilities: HarnessCapabilities;
}

/** A service of a harness's own vendor. It is reached through the egress door, where its key is put in the place of a placeholder. */
export interface HarnessService {
  /** Of the organization's settings: `ampApiKey`. */
  readonly keySetting: string;
  /** The variable by which the harness takes its key; a secret of that name goes before the setting. */
  readonly keyVariable: string;
  /** As in an egress allowlist: where the key is sent, as `Authorization: Bearer`. */
  readonly keyHosts: readonly string[];
  /** What else it needs to reach. */
  readonly otherHosts: readonly string[];
}

/** What a harness can be asked for. A message that asks for more is refused when it is sent. */
export interface HarnessCapabilities {
  /** Words that may be put into a prompt while it is worked; without it the prompt is cancelled and goes on with them. */
  readonly canSteer: boolean;
  /** It asks before it does what the mode does not allow by itself. */
  readonly asksPermission: boolean;
  readonly takesImages: boolean;
  /** Ways in which it reaches MCP servers that are named when a conversation opens. */
  readonly mcpTransports: readonly McpServer["transport"][];
  /** As the API names them, from the least to the most. Empty: it has none to choose. */
  readonly reasoningLevels: readonly string[];
  readonly speeds: readonly Speed[];
  /** Files with a repository's rules: the first of them that is in the folder it starts in it reads by itself. */
  readonly readsRuleFiles: readonly string[];
  /** It takes an organization's instructions when a conversation opens; for another they stand in the first prompt. */
  readonly takesInstructions: boolean;
  /** Where it looks for skills; null: it knows none. */
  readonly skillFolders: SkillFolders | null;
}

export interface SkillFolders {
  /** Below the folder it starts in: `.claude/skills`. */
  readonly workspace: readonly string[];
  /** Below HOME. */
  readonly home: string;
}

export type ModelFamily = "anthropic" | "openai" | "gemini";

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
  readonly onWireLine: ((line: WireLine) => void) | null;
}

export type HarnessMode = "build" | "plan";

/** A server of the Model Context Protocol, as a harness inside the sandbox reaches it. */
export type McpServer =
  | {
      readonly transport: "stdio";
      readonly name: string;
      readonly argv: readonly [string, ...string[]];
      readonly env: Readonly<Record<string, string>>;
    }
  | {
      readonly transport: "http" | "sse";
      readonly name: string;
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    };

/** What a harness wants to do and may not without a word. */
export interface PermissionRequest {
  readonly toolCallId: string;
  readonly title: string;
  /** `leavePlan`: the plan is ready and it asks to carry it out. */
  readonly kind: ToolKind | "leavePlan";
  /** JSON of the tool's input, cut at 16,000 characters. */
  readonly input: string | null;
}

export type PermissionDecision = "allow" | "deny";
/** Must answer in bounded time; the signal aborts when the prompt ends. A throw counts as "deny". */
export type DecidePermission = (
  request: PermissionRequest,
  signal: AbortSignal,
) => Promise<PermissionDecision>;

/** One line of the protocol, without its line end; long ones are cut by whoever keeps them. */
export interface WireLine {
  readonly direction: "toHarness" | "fromHarness";
  readonly text: string;
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

export type ToolKind =
  | "read"
  | "edit"
  | "delete"
  | "move"
  | "search"
  | "execute"
  | "think"
  | "fetch"
  | "other";

/** Longer lists of commands are cut to it. */
export const maxAvailableCommands = 200;

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
