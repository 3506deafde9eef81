import type {
  HarnessCapabilities,
  HarnessMode,
  HarnessService,
  ModelFamily,
  RepositoryFiles,
  Speed,
} from "../core/access/index.ts";
import type { StreamJson } from "./stream-json/parameters.ts";

/** Everything that the product knows of one harness. Nothing else names it. */
export interface LaunchSpec {
  /** As the API names it. */
  readonly name: string;
  readonly displayName: string;
  /** Names its installation together with the name, so a change of what is installed needs another. */
  readonly version: string;
  readonly source: HarnessSource;
  /** The file that must exist after installing, relative to the installation; of a program that is not ours to install, nothing. */
  readonly entry: string;
  readonly defaultModel: string;
  readonly modelFamily: ModelFamily;
  readonly otherFamilies?: readonly ModelFamily[];
  /** Of one whose model calls go past the model gateway. */
  readonly service?: HarnessService;
  readonly capabilities: HarnessCapabilities;
  /** Without it, its users keep nothing for it in their repositories. */
  readonly repositoryFiles?: RepositoryFiles;
  argv(context: LaunchContext): readonly [string, ...string[]];
  env(context: LaunchContext): Readonly<Record<string, string>>;
  /** Files of HOME, by path below it, that it reads at its start and cannot be told by its environment. Written anew each time. */
  files?(context: LaunchContext): Readonly<Record<string, string>>;
  /** Words of a shell that run in HOME, inside the sandbox, before each start. */
  readonly beforeStart?: string;
  /** `_meta` of every opened session: what the harness takes over the protocol and not by its environment. */
  sessionMeta?(context: LaunchContext): Readonly<Record<string, unknown>>;
  /**
   * Values of the `mode` option, the best first: the first one offered is set, and with none its default stays. `ask`: it builds, and
   * asks before it changes or runs anything.
   */
  readonly modes: Readonly<Record<HarnessMode | "ask", readonly string[]>>;
  /** The value of the `model` option that means the model; without it the model's own name. */
  modelOption?(model: string): string;
  /** It is told the model when it is started, and need not list it among its options. */
  readonly takesModelAtStart?: boolean;
  /** Where its options and values are not named as usual (acp/session/decide-wishes.ts). */
  readonly choices?: ChoiceNames;
  /** What it says, as if it were the model's words, when it goes to the mode of the first group. */
  readonly modeInWords?: RegExp;
  /** How long after a prompt's result the first title of a conversation may still come. */
  readonly lateUpdatesMs: number;
  /** The model service's own words when the failure of a prompt was the model's, null when it was the harness's. */
  modelErrorIn(error: PromptError): string | null;
  /** For a harness that ends a prompt as well as any other when its model has failed: one for each prompt. */
  watchFailure?(): FailureWatch;
  /** Edits that it tells in a call's raw output in place of diffs of the protocol. The output is unchecked. */
  editsIn?(rawOutput: unknown): readonly EditedFile[];
}

/** Hears every update of a prompt as it came, unchecked; knows at its end whether the model has failed. */
export interface FailureWatch {
  hear(update: unknown): void;
  /** Words of the failure, null when there was none. */
  failure(): string | null;
}

export interface EditedFile {
  readonly path: string;
  /** Null for a new file. */
  readonly oldText: string | null;
  readonly newText: string;
}

/** Where a harness comes from. */
export type HarnessSource =
  /** Packages of npm: the folder holds a package.json and a package-lock.json with the checksum of everything. */
  { readonly type: "npm"; readonly lockDir: string } | ProgramSource;

/** A program of this machine, which the sandbox is shown together with the paths. */
export interface ProgramSource {
  readonly type: "program";
  readonly program: string;
  readonly readOnlyPaths: readonly string[];
  /** What to do when it is missing. */
  readonly fix: string;
  readonly ways: ProgramWays;
}

/** What is known of a program, whichever command starts it. */
export interface ProgramWays
  extends Pick<LaunchSpec, "service" | "files" | "repositoryFiles" | "takesModelAtStart"> {
  readonly capabilities?: Partial<HarnessCapabilities>;
  readonly env?: Readonly<Record<string, string>>;
  /** It speaks no ACP: an adapter of ours runs it so, in the sandbox. */
  readonly streamJson?: (context: LaunchContext) => StreamJson;
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
  readonly nodeBinary: string;
  readonly installDir: string;
  /** HOME as seen inside the sandbox. */
  readonly homePath: string;
  /** Loopback URL of the model gateway, as seen inside the sandbox. */
  readonly modelUrl: string;
  /** Whose protocol the gateway takes. */
  readonly modelFamily: ModelFamily;
  /** Any string a user wrote, also one the harness has never heard of. */
  readonly model: string;
  readonly mode: HarnessMode;
  /** Somebody decides what it may do: where that is no mode, it is told otherwise to ask. */
  readonly asks: boolean;
  /** The organization's, for a harness that takes them. */
  readonly instructions: string | null;
}

/** A JSON-RPC error that answered `session/prompt`. */
export interface PromptError {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}
