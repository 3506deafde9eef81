import type {
  HarnessCapabilities,
  HarnessMode,
  HarnessService,
  ModelFamily,
  RepositoryFiles,
  Speed,
} from "../core/access/index.ts";
import type { StreamJson } from "./stream-json/parameters.ts";

/** Everything that the product knows about a harness. No other file refers to that harness, except those that specs/names.test.ts lists. */
export interface LaunchSpec {
  /** Name of the harness in the API. */
  readonly name: string;
  readonly displayName: string;
  /** Version of the harness. With `name`, it identifies the installation's folder. */
  readonly version: string;
  readonly source: HarnessSource;
  /** File that must exist after the installation, relative to the installation's folder. A program that Tembo does not install has no such file. */
  readonly entry: string;
  readonly defaultModel: string;
  readonly modelFamily: ModelFamily;
  readonly otherFamilies?: readonly ModelFamily[];
  /** Service of a harness whose model requests bypass the model gateway. */
  readonly service?: HarnessService;
  readonly capabilities: HarnessCapabilities;
  /** Folders in repositories in which users store skills and commands for the harness. */
  readonly repositoryFiles?: RepositoryFiles;
  /**
   * Files at the root of a repository, other than hidden ones, with which the harness may start programs when it opens a conversation: its
   * configuration and extensions. Without this list, the harness never starts in a repository before the prompt (ADR 31).
   */
  readonly startFiles?: readonly string[];
  /**
   * True if a conversation does not depend on what the harness reads of its workspace and of HOME before the conversation opens. The harness
   * can then start before they are filled (ADR 57).
   */
  readonly startsEarly?: boolean;
  argv(context: LaunchContext): readonly [string, ...string[]];
  env(context: LaunchContext): Readonly<Record<string, string>>;
  /**
   * Returns files by their path relative to HOME. They contain settings that the harness reads at its start and does not accept through its
   * environment. The files are written again at every start.
   */
  files?(context: LaunchContext): Readonly<Record<string, string>>;
  /** Shell commands that run in HOME, inside the sandbox, before each start. */
  readonly beforeStart?: string;
  /**
   * Returns the `_meta` for opening a session. It contains settings that the harness accepts over the protocol, but not through its
   * environment.
   */
  sessionMeta?(context: LaunchContext): Readonly<Record<string, unknown>>;
  /**
   * Values of the `mode` option, in order of preference. The driver sets the first value that the harness offers. If the list is empty, the
   * harness uses its default. `ask` is a build mode that requests permission before it changes or runs anything.
   */
  readonly modes: Readonly<Record<HarnessMode | "ask", readonly string[]>>;
  /** Returns the value of the `model` option for a model. Defaults to the model's name. */
  modelOption?(model: string): string;
  /** True if the harness is started with its model, so that its options need not include the model. */
  readonly takesModelAtStart?: boolean;
  /** Option IDs and values that differ from the usual ones in acp/session/decide-wishes.ts. */
  readonly choices?: ChoiceNames;
  /** Matches a mode change that the harness announces in a text, as if the model had written the text. The first group is the mode. */
  readonly modeInWords?: RegExp;
  /** Time after a prompt's result in which a conversation's first title may still arrive. */
  readonly lateUpdatesMs: number;
  /** Returns the model service's error message if the model caused the prompt's failure, or null if the harness caused it. */
  modelErrorIn(error: PromptError): string | null;
  /** Creates a watch for one prompt, for a harness that ends a prompt normally even if its model has failed. */
  watchFailure?(): FailureWatch;
  /** Returns the edits that the harness sends in a call's raw output instead of in the protocol's diffs. The output is unvalidated. */
  editsIn?(rawOutput: unknown): readonly EditedFile[];
}

/** Observes the updates of a prompt, unvalidated. At the end of the prompt, reports whether the model has failed. */
export interface FailureWatch {
  observe(update: unknown): void;
  /** Returns the failure's message, or null if there was no failure. */
  failure(): string | null;
}

export interface EditedFile {
  readonly path: string;
  /** Previous text, or null for a new file. */
  readonly oldText: string | null;
  readonly newText: string;
}

export type HarnessSource =
  /** npm packages. The folder contains a package.json and a package-lock.json with the checksums of all packages. */
  { readonly type: "npm"; readonly lockDir: string } | ProgramSource;

/** Program on this machine. The sandbox mounts the program and the additional paths. */
export interface ProgramSource {
  readonly type: "program";
  readonly program: string;
  readonly readOnlyPaths: readonly string[];
  /** Instructions for installing a missing program. */
  readonly fix: string;
  readonly ways: ProgramTraits;
}

/** Properties of a program that do not depend on the command that starts it. */
export interface ProgramTraits
  extends Pick<LaunchSpec, "service" | "files" | "repositoryFiles" | "takesModelAtStart"> {
  readonly capabilities?: Partial<HarnessCapabilities>;
  readonly env?: Readonly<Record<string, string>>;
  /** Returns the parameters for the adapter that runs the program in the sandbox, if the program does not implement ACP. */
  readonly streamJson?: (context: LaunchContext) => StreamJson;
}

export interface ChoiceNames {
  /** Option IDs, by setting. */
  readonly ids?: Partial<Readonly<Record<"mode" | "model" | "reasoningLevel" | "speed", readonly string[]>>>;
  /** Harness values in order of preference, by product value. */
  readonly reasoningValues?: Readonly<Record<string, readonly string[]>>;
  readonly speedValues?: Readonly<Record<Speed, readonly string[]>>;
  /** Additional options to set for a mode, by ID. */
  readonly modeOptions?: Partial<Readonly<Record<HarnessMode, Readonly<Record<string, string>>>>>;
}

export interface LaunchContext {
  readonly nodeBinary: string;
  readonly installDir: string;
  /** Path of HOME inside the sandbox. */
  readonly homePath: string;
  /** Loopback URL, inside the sandbox, of the model gateway. */
  readonly modelUrl: string;
  /** Model protocol that the gateway accepts. */
  readonly modelFamily: ModelFamily;
  /** Any string that a user has entered. It may be the name of a model that the harness does not know. */
  readonly model: string;
  readonly mode: HarnessMode;
  /**
   * True if the caller decides about permissions. A harness without a mode that requests permissions needs another setting to request them.
   */
  readonly asks: boolean;
  /** The organization's instructions, for a harness that accepts them. */
  readonly instructions: string | null;
}

/** JSON-RPC error in response to `session/prompt`. */
export interface PromptError {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}
