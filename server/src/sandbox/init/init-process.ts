import type { Duplex, Readable } from "node:stream";

/** First process of a sandbox, which runs init.pl, with the processes outside that keep it running. */
export interface InitProcess {
  /** The control channel: descriptor 3 of init. */
  readonly control: Duplex;
  /** Messages of init and of the programs that start it. No program of the sandbox can write them. */
  readonly stderr: Readable;
  /** Kills init. The kernel then kills every process of the sandbox. */
  kill(): void;
  /** Resolves when no process of the sandbox is left. Never rejects. */
  readonly ended: Promise<InitEnd>;
}

/** Exit status of the program that started the sandbox, or the error if it could not be started. */
export type InitEnd = { readonly code: number | null; readonly signal: string | null } | Error;
