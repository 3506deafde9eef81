import type { Logger, Measure } from "../core/base/index.ts";
import type { SandboxProvider } from "../core/turns/index.ts";
import type { SandboxLayers } from "./system/open-system.ts";

/** Everything that a sandbox's folder contributes to the product. `plug-ins.ts` registers it. */
export interface SandboxPlugIn {
  /** Value of TEMBO_SANDBOX that selects this sandbox. */
  readonly name: string;
  /** Describes what programs can do and how to prevent it, or null for a sandbox that isolates programs. */
  readonly missingIsolation: { readonly detail: string; readonly fix: string } | null;
  /** True if programs of a project that allows containers can run them. */
  readonly runsContainers?: true;
  create(options: SandboxOptions): SandboxProvider;
  /** Checks the tools that the sandbox needs, the most important one first. `tembo doctor` lists the results with the other tools. */
  checkTools?(input: SandboxCheckInput): Promise<readonly SandboxCheck[]>;
  /** Checks an optional tool with which this sandbox isolates programs more strongly. */
  checkGuard?(input: SandboxCheckInput): Promise<SandboxCheck>;
  /**
   * Beginnings of the checks' details that a bug report may contain, by name of the check. They match only versions, numbers and fixed
   * words: no paths, and nothing that a program printed as an error.
   */
  readonly publicDetails?: Readonly<Record<string, RegExp>>;
}

export interface SandboxOptions {
  readonly dataDir: string;
  /** Path that `prepareRuntime` returned. Every user can read it, and its folder contains only the runtime. */
  readonly nodeBinary: string;
  /** First user ID of the sandboxes if the server is root. */
  readonly uidBase: number;
  /** First user ID of running sandboxes with profile `root` if the server is root. */
  readonly rootUidBase?: number;
  readonly log: Logger;
  /** Layers of prepared systems. Without them, the server runs none. */
  readonly layers?: SandboxLayers;
  /** Folders to search for the host programs that start a sandbox. Defaults to the folders of the operating system. */
  readonly programFolders?: readonly string[];
  /** If false, sandboxes run without control groups, whose preparation may move processes of the machine to other groups. */
  readonly hasControlGroups?: boolean;
  readonly measure?: Measure | undefined;
}

export interface SandboxCheckInput {
  /** True if the operator chose this sandbox. */
  readonly isChosen: boolean;
  readonly isRoot: boolean;
  /** Name of the sandbox without isolation, to suggest if this machine is itself a sandbox, or null if none is registered. */
  readonly withoutIsolation: string | null;
  /** Runs a program from the folders in which a worker finds it. Never rejects. */
  run(argv: readonly [string, ...string[]]): Promise<ToolRun>;
  /** Runs the check of the sandbox's provider, with which a worker starts. Returns the error, or null if a sandbox runs. */
  findProblem(): Promise<string | null>;
}

interface ToolRun {
  readonly code: number | null;
  readonly output: string;
  readonly isMissing: boolean;
}

export interface SandboxCheck {
  readonly name: string;
  /** True if no turn can run without the checked tool. */
  readonly isRequired: boolean;
  readonly detail: string;
  /** Instruction that fixes the problem, or null if nothing needs to be fixed. */
  readonly fix: string | null;
}
