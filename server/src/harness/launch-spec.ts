import type { Speed } from "../core/message/message-options.ts";
import type { HarnessCapabilities, HarnessMode, ModelFamily } from "../core/ports/harness.ts";

/** All that the driver must know of one harness; nothing else in the product knows it by name. */
export interface LaunchSpec {
  /** As in the API: `claudeCode`. */
  readonly name: string;
  readonly displayName: string;
  /** Pinned exactly: npm quietly takes an older version when engines differ and none is given. */
  readonly package: { readonly name: string; readonly version: string };
  /** The file that must exist after installing, relative to the installation. */
  readonly entry: string;
  readonly defaultModel: string;
  readonly modelFamily: ModelFamily;
  readonly capabilities: HarnessCapabilities;
  argv(context: { readonly nodeBinary: string; readonly installDir: string }): readonly [string, ...string[]];
  env(context: LaunchContext): Readonly<Record<string, string>>;
  /** `_meta` of every opened session: what the harness takes over the protocol and not by its environment. */
  sessionMeta?(context: LaunchContext): Readonly<Record<string, unknown>>;
  /**
   * Values of the `mode` option, the best first: the first one offered is set, and with none its default stays. `ask`: it builds, and
   * asks before it changes or runs anything.
   */
  readonly modes: Readonly<Record<HarnessMode | "ask", readonly string[]>>;
  /** Where its options and values are not named as usual (acp/decide-wishes.ts). */
  readonly choices?: ChoiceNames;
  /** How long after a prompt's result the first title of a conversation may still come. */
  readonly lateUpdatesMs: number;
  /** The model service's own words when the failure of a prompt was the model's, null when it was the harness's. */
  modelErrorIn(error: PromptError): string | null;
}

export interface ChoiceNames {
  /** Ids of the options. */
  readonly ids?: Partial<Readonly<Record<"mode" | "model" | "reasoningLevel" | "speed", readonly string[]>>>;
  /** Values for ours, the best first. */
  readonly reasoningValues?: Readonly<Record<string, readonly string[]>>;
  readonly speedValues?: Readonly<Record<Speed, readonly string[]>>;
  /** Options by id that a mode needs besides. */
  readonly modeOptions?: Partial<Readonly<Record<HarnessMode, Readonly<Record<string, string>>>>>;
}

export interface LaunchContext {
  /** Loopback URL of the model gateway, as seen inside the sandbox. */
  readonly modelUrl: string;
  /** Any string a user wrote, also one the harness has never heard of. */
  readonly model: string;
  /** The organization's, for a harness that takes them. */
  readonly instructions: string | null;
}

/** A JSON-RPC error that answered `session/prompt`. */
export interface PromptError {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}
