import { retry } from "../../../runtime/retry.ts";
import type { Clock } from "../../base/index.ts";
import type { AccountsStore } from "../ports.ts";
import { decideBudget, isHeldByOthers } from "./decide-budget.ts";
import type { MeteredRequest, ModelMeter } from "./model-meter.ts";
import type { Budget } from "./usage.ts";
import type { UsageOwner } from "./usage-store.ts";

export interface MeterOptions extends Budget {
  /** Receives the message of the first rejection, so that the caller can end the turn. Must not throw. */
  onBudgetReached(sentence: string): void;
}

/** Lifetime of a reservation that its process no longer extends. */
const reservedMs = 3 * 60_000;
const extendEveryMs = 60_000;
const lookAgainMs = 200;

/**
 * Creates a meter that records a turn's spending in the store, which all workers share. If there is a budget, reserves
 * the maximum cost of each request before the request is sent. The reservations of all sessions of the organization
 * count, so concurrent requests exceed a budget by at most one request.
 */
export function createModelMeter(
  ports: { readonly store: Pick<AccountsStore, "usage" | "transaction">; readonly clock: Clock },
  owner: UsageOwner,
  { onBudgetReached, ...budget }: MeterOptions,
): ModelMeter {
  const { store, clock } = ports;
  const hasBudget = budget.perSessionMicroUsd !== null || budget.perMonthMicroUsd !== null;
  const extending = new Map<string, NodeJS.Timeout>();
  let isWarned = false;

  const tryReserve = ({ id, maxCostMicroUsd }: MeteredRequest) =>
    store.transaction(async (tx) => {
      const now = clock.now();
      await tx.usage.lockBudget(owner.organizationId);
      const spent = await tx.usage.spent({ ...owner, since: startOfMonth(now), now, requestId: id });
      const sentence = decideBudget(spent, budget);
      if (sentence !== null) return { sentence };
      if (maxCostMicroUsd === 0) return "admitted";
      if (isHeldByOthers(spent, budget)) return "held";
      const expiresAt = new Date(now.getTime() + reservedMs);
      await tx.usage.reserve({ ...owner, id, costMicroUsd: maxCostMicroUsd, expiresAt }, now);
      return "reserved";
    });

  const extend = (id: string) => {
    const expiresAt = new Date(clock.now().getTime() + reservedMs);
    // A failure is ignored, because the next extension runs before the reservation expires.
    store.usage.extendReservation(id, expiresAt).catch(() => {});
  };

  return {
    hasBudget,
    async admit(request) {
      if (!hasBudget) return null;
      // The retries end because other reservations are released or expire, or because the caller's signal aborts.
      const outcome = await retry(() => tryReserve(request), {
        signal: request.signal,
        afterResult: (reserved) => (reserved === "held" ? lookAgainMs : null),
      });
      if (outcome === "reserved")
        extending.set(request.id, setInterval(extend, extendEveryMs, request.id).unref());
      if (typeof outcome === "string") return null;
      if (!isWarned) {
        isWarned = true;
        onBudgetReached(outcome.sentence);
      }
      return outcome.sentence;
    },
    record: (usage) => store.usage.add(owner, usage, clock.now()),
    async release(id) {
      const timer = extending.get(id);
      if (timer === undefined) return;
      clearInterval(timer);
      await store.usage.release(id);
      extending.delete(id);
    },
  };
}

/** Returns the start of the calendar month in UTC. */
export function startOfMonth(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()));
}
