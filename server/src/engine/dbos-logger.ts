import type { DLogger } from "@dbos-inc/dbos-sdk";
import { type Logger, limitRepeats } from "../core/base/index.ts";

/** Forwards warnings and errors from DBOS to the server's log, and limits repeated entries. Drops info and debug entries. */
export function dbosLogger(whole: Logger): DLogger {
  const log = limitRepeats(whole);
  return {
    info: () => undefined,
    debug: () => undefined,
    warn: (entry) => log.warn({ from: "dbos" }, String(entry)),
    error: (entry, metadata) => log.error({ from: "dbos", stack: metadata?.stack }, String(entry)),
  };
}
