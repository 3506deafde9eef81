import type { TestContext } from "node:test";
import type { Sandbox, SandboxProvider } from "../../core/turns/index.ts";

/** Declares a test of one of the port's guarantees. */
export type Suite = (sentence: string, body: (t: TestContext, subject: Subject) => Promise<void>) => void;

export interface Subject {
  /** Data folder of the server. */
  readonly dataDir: string;
  /** Data folder of the machine that runs the programs. Equals `dataDir` if this is the server's own machine. */
  readonly machineDir: string;
  readonly provider: SandboxProvider;
  /** Sandbox of session 1. It is stopped at the end of the test. */
  readonly sandbox: Sandbox;
}
