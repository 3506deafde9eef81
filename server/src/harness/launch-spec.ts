import type {
  HarnessCapabilities,
  HarnessMode,
  HarnessService,
  ModelFamily,
  RepositoryFiles,
  Speed,
} from "../core/access/index.ts";
import type { StreamJson } from "./stream-json/parameters.ts";

/** Everything that the product knows about a harness. No other file names it. */
export interface LaunchSpec {
  /** Name of the harness in the API. */
  readonly name: string;
  readonly displayName: string;
  /** Identifies the installation together with `name`. Any change to what is installed needs a new version. */
  readonly version: string;
  readonly source: HarnessSource;
  /**
   * The file that must exist after installation, relative to the installation. Unused for a program that Tembo does not
   * install.
   */
  readonly entry: string;
  readonly defaultModel: string;
  readonly modelFamily: ModelFamily;
  readonly otherFamilies?: readonly ModelFamily[];
  /** Set for a harness whose model calls bypass the model gateway. */
  readonly service?: HarnessService;
  readonly capabilities: HarnessCapabilities;
  /** Folders in repositories where users keep skills and commands for the harness. Omitted if there are none. */
  readonly repositoryFiles?: RepositoryFiles;
  argv(context: LaunchContext): readonly [string, ...string[]];
  env(context: LaunchContext): Readonly<Record<string, string>>;
  /**
   * Files by path relative to HOME, for settings that the harness reads at its start and does not take from its
   * environment. They are rewritten at each start.
   */
  files?(context: LaunchContext): Readonly<Record<string, string>>;
  /** Shell commands that run in HOME, inside the sandbox, before each start. */
  readonly beforeStart?: string;
  /**
   * `_meta` of every opened session: settings that the harness takes over the protocol and not from its environment.
   */
  sessionMeta?(context: LaunchContext): Readonly<Record<string, unknown>>;
  /**
   * Values of the `mode` option in order of preference. The first value that the harness offers is set; if the list is
   * empty, the harness keeps its default. `ask` builds, and requests permission before it changes or runs anything.
   */
  readonly modes: Readonly<Record<HarnessMode | "ask", readonly string[]>>;
  /** Returns the value of the `model` option for a model. Default: the model's name. */
  modelOption?(model: string): string;
  /** True if the harness gets its model when it starts, so that the model need not be among its options. */
  readonly takesModelAtStart?: boolean;
  /** Ids and values of options that differ from the usual ones (acp/session/decide-wishes.ts). */
  readonly choices?: ChoiceNames;
  /**
   * Matches the text in which the harness announces, as if the model had written it, a change to the mode of the first
   * group.
   */
  readonly modeInWords?: RegExp;
  /** Time after a prompt's result in which the first title of a conversation may still arrive. */
  readonly lateUpdatesMs: number;
  /**
   * Returns the model service's error message if the model caused the failure of the prompt, or null if the harness
   * caused it.
   */
  modelErrorIn(error: PromptError): string | null;
  /** Creates a watch for one prompt. For a harness that ends a prompt normally although its model has failed. */
  watchFailure?(): FailureWatch;
  /**
   * Returns the edits that the harness sends in a call's raw output instead of the protocol's diffs. The output is
   * unvalidated.
   */
  editsIn?(rawOutput: unknown): readonly EditedFile[];
}

/** Receives every update of a prompt, unvalidated. At the end of the prompt it reports whether the model has failed. */
export interface FailureWatch {
  observe(update: unknown): void;
  /** Returns the message of the failure, or null if there was none. */
  failure(): string | null;
}

export interface EditedFile {
  readonly path: string;
  /** The previous text, or null for a new file. */
  readonly oldText: string | null;
  readonly newText: string;
}

/** The origin of a harness. */
export type HarnessSource =
  /** npm packages: the folder contains a package.json and a package-lock.json with the checksums of all packages. */
  { readonly type: "npm"; readonly lockDir: string } | ProgramSource;

/** A program of this machine. The sandbox mounts it together with the paths. */
export interface ProgramSource {
  readonly type: "program";
  readonly program: string;
  readonly readOnlyPaths: readonly string[];
  /** Instructions for fixing a missing program. */
  readonly fix: string;
  readonly ways: ProgramTraits;
}

/** Facts about a program that hold for every command that starts it. */
export interface ProgramTraits
  extends Pick<LaunchSpec, "service" | "files" | "repositoryFiles" | "takesModelAtStart"> {
  readonly capabilities?: Partial<HarnessCapabilities>;
  readonly env?: Readonly<Record<string, string>>;
  /** Set for a program that does not speak ACP. An adapter runs it with these parameters in the sandbox. */
  readonly streamJson?: (context: LaunchContext) => StreamJson;
}

export interface ChoiceNames {
  /** Ids of the options. */
  readonly ids?: Partial<Readonly<Record<"mode" | "model" | "reasoningLevel" | "speed", readonly string[]>>>;
  /** Harness values in order of preference, by the product's value. */
  readonly reasoningValues?: Readonly<Record<string, readonly string[]>>;
  readonly speedValues?: Readonly<Record<Speed, readonly string[]>>;
  /** Options by id that a mode sets in addition. */
  readonly modeOptions?: Partial<Readonly<Record<HarnessMode, Readonly<Record<string, string>>>>>;
}

export interface LaunchContext {
  readonly nodeBinary: string;
  readonly installDir: string;
  /** Path of HOME inside the sandbox. */
  readonly homePath: string;
  /** Loopback URL of the model gateway inside the sandbox. */
  readonly modelUrl: string;
  /** The model protocol that the gateway accepts. */
  readonly modelFamily: ModelFamily;
  /** Any string that a user entered, including a model that the harness does not know. */
  readonly model: string;
  readonly mode: HarnessMode;
  /**
   * True if permissions are decided by the caller. A harness without such a mode is configured to request permissions
   * in another way.
   */
  readonly asks: boolean;
  /** The organization's instructions, for a harness that accepts them. */
  readonly instructions: string | null;
}

/** A JSON-RPC error in response to `session/prompt`. */
export interface PromptError {
  readonly code: number;
  readonly message: string;
  readonly data: unknown;
}
