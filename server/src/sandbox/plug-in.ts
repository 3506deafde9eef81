import type { Logger } from "../core/base/index.ts";
import type { SandboxProvider } from "../core/turns/index.ts";

/** Everything that a sandbox's folder adds to the product. `plug-ins.ts` registers it. */
export interface SandboxPlugIn {
  /** Value of TEMBO_SANDBOX that selects this sandbox. */
  readonly name: string;
  /** Describes what programs can do and how to prevent it, or null for a sandbox that isolates. */
  readonly missingIsolation: { readonly detail: string; readonly fix: string } | null;
  create(options: SandboxOptions): SandboxProvider;
  /** Tools that the sandbox needs, the most important one first. The doctor lists their results among the tools. */
  checkTools?(input: SandboxCheckInput): Promise<readonly SandboxCheck[]>;
  /** Checks a guard that the machine has if this sandbox can be chosen. */
  checkGuard?(input: SandboxCheckInput): Promise<SandboxCheck>;
}

export interface SandboxOptions {
  readonly dataDir: string;
  /** The path that `prepareRuntime` returned: readable by every user, in a folder that contains only the runtime. */
  readonly nodeBinary: string;
  /** First user id of the sandboxes if the server is root. */
  readonly uidBase: number;
  readonly log: Logger;
}

export interface SandboxCheckInput {
  /** True if the operator chose this sandbox. */
  readonly isChosen: boolean;
  /** The user that sandboxes run as, or null if the server is not root and they run as its own user. */
  readonly sandboxUser: { readonly uid: number; readonly gid: number } | null;
  /** Name of the sandbox without isolation, which is suggested if the machine itself is a sandbox. Null if none is registered. */
  readonly withoutIsolation: string | null;
  /** Runs a program from the PATH. Never rejects. */
  run(argv: readonly [string, ...string[]], user?: SandboxCheckInput["sandboxUser"]): Promise<ToolRun>;
}

interface ToolRun {
  readonly code: number | null;
  readonly output: string;
  readonly isMissing: boolean;
}

export interface SandboxCheck {
  readonly name: string;
  /** True if no turn can run without it. */
  readonly isRequired: boolean;
  readonly detail: string;
  /** Describes how to fix the problem, or null if nothing needs to be fixed. */
  readonly fix: string | null;
}
