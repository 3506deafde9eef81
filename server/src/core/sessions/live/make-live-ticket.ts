import { randomBytes } from "node:crypto";
import { hashToken } from "../../accounts/index.ts";
import { AppError } from "../../base/index.ts";
import type { SessionsPorts } from "../ports.ts";
import type { LiveTicket } from "./live-ticket.ts";

const lifeMs = 30_000;
/** Maximum number of unused tickets per organization. */
const maxTickets = 10_000;

/**
 * Creates a ticket with 256 random bits that is valid for 30 seconds. Stores only its hash. Throws `rate_limited` if
 * the organization has 10,000 unused tickets.
 */
export async function makeLiveTicket(
  { store, clock }: Pick<SessionsPorts, "store" | "clock">,
  scope: Omit<LiveTicket, "expiresAt">,
): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + lifeMs);
  const isKept = await store.liveTickets.insert({ ...scope, expiresAt }, hashToken(token), {
    now,
    maxTickets,
  });
  if (!isKept)
    throw new AppError(
      "rate_limited",
      `The organization has reached the limit of ${maxTickets} unused live tickets. Try again in 30 seconds.`,
    );
  return token;
}
