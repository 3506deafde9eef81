import type { SessionPreparation } from "@tembo-io/sdk";

/** The page's last request to prepare work. */
export interface Requested {
  readonly options: string;
  readonly at: number;
  /** The server's response, or null until it arrives and after a failed request. */
  readonly answer: SessionPreparation | null;
}

/** Time after which the page repeats a request that prepared nothing. */
const RETRY_MS = 30_000;
/** Remaining time at which the page extends prepared work. */
const EXTEND_MS = 60_000;

/** True if the page must request prepared work: for other options, or again for the same options. Pure. */
export function decideRequest(last: Requested | null, options: string, now: number): boolean {
  if (last === null || last.options !== options) return true;
  const expiresAt = last.answer?.expiresAt ?? null;
  if (expiresAt === null) return now - last.at >= RETRY_MS;
  return Date.parse(expiresAt) - now <= EXTEND_MS;
}
