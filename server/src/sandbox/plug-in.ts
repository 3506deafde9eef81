import type { Logger } from "../core/base/index.ts";
import type { SandboxProvider } from "../core/turns/index.ts";

/** Everything that a sandbox's folder adds to the product. `plug-ins.ts` registers it. */
export interface SandboxPlugIn {
  /** As the operator names it in TEMBO_SANDBOX. */
  readonly name: string;
  /** Null for a sandbox that isolates. Otherwise the sentence that says what programs can do, and how to change that. */
  readonly missingIsolation: { readonly detail: string; readonly fix: string } | null;
  create(options: SandboxOptions): SandboxProvider;
  /** Tools that the sandbox needs, the decisive one first. The doctor lists their results among the tools. */
  checkTools?(input: SandboxCheckInput): Promise<readonly SandboxCheck[]>;
  /** Checks a guard that the machine has if this sandbox can be chosen. */
  checkGuard?(input: SandboxCheckInput): Promise<SandboxCheck>;
}

export interface SandboxOptions {
  readonly dataDir: string;
  /** As `prepareRuntime` returned it: readable by every user, in a folder that holds nothing else. */
  readonly nodeBinary: string;
  /** As root, sessions run under the users from here on. */
  readonly uidBase: number;
  readonly log: Logger;
}

export interface SandboxCheckInput {
  /** The operator chose this sandbox. */
  readonly isChosen: boolean;
  /** The user that sandboxes run as; null when the server is not root and they run as its own user. */
  readonly sandboxUser: { readonly uid: number; readonly gid: number } | null;
  /** Name of the sandbox without isolation, to be suggested where the machine is a sandbox itself; null when none is registered. */
  readonly withoutIsolation: string | null;
  /** Runs a program of the PATH. Never rejects. */
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
  /** Null if nothing needs to be fixed. */
  readonly fix: string | null;
}
