import pg from "pg";
import { pollUntil } from "../runtime/poll-until.ts";

const probeTimeoutMs = 2_000;

export interface OutageOptions {
  readonly connectionString: string;
  /** Maximum time without a response from the database. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  readonly everyMs?: number;
}

/**
 * Resolves to "outage" when the database has not responded on a new connection for `limitMs`, or to "aborted" when the
 * signal aborts.
 */
export async function watchOutage(options: OutageOptions): Promise<"outage" | "aborted"> {
  const { connectionString, limitMs, signal, everyMs = 500 } = options;
  let lastAnswerAt = performance.now();
  const isOut = async () => {
    if (await answers(connectionString)) lastAnswerAt = performance.now();
    return performance.now() - lastAnswerAt >= limitMs;
  };
  try {
    await pollUntil(isOut, { every: everyMs, timeoutMs: Number.POSITIVE_INFINITY, signal });
    return "outage";
  } catch (cause) {
    if (signal.aborted) return "aborted";
    throw cause;
  }
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: probeTimeoutMs,
    query_timeout: probeTimeoutMs,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch {
    return false;
  } finally {
    // Does not wait for the end of the connection, because a stopped server never acknowledges the close.
    client.end().catch(() => undefined);
  }
}
