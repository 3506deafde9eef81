import type { TestContext } from "node:test";
import type { Sandbox, SandboxProvider } from "../../core/turns/index.ts";

/** Declares a test of one sentence of the port. */
export type Suite = (sentence: string, body: (t: TestContext, subject: Subject) => Promise<void>) => void;

export interface Subject {
  /** The data folder of the server. */
  readonly dataDir: string;
  /** The data folder of the machine that runs the programs: the same, where both share a disk. */
  readonly machineDir: string;
  readonly provider: SandboxProvider;
  /** Of session 1, stopped at the end of the test. */
  readonly sandbox: Sandbox;
}
