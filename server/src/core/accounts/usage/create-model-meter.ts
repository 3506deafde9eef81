import { retry } from "../../../runtime/retry.ts";
import type { Clock } from "../../base/index.ts";
import type { AccountsStore } from "../ports.ts";
import { decideBudget, isHeldByOthers } from "./decide-budget.ts";
import type { MeteredRequest, ModelMeter } from "./model-meter.ts";
import type { Budget } from "./usage.ts";
import type { UsageOwner } from "./usage-store.ts";

export interface MeterOptions extends Budget {
  /** Told once, of the first refusal, so that the turn can be ended. Must not throw. */
  onBudgetReached(sentence: string): void;
}

/** As long a reservation outlives its process. */
const reservedMs = 3 * 60_000;
const extendEveryMs = 60_000;
const lookAgainMs = 200;

/**
 * Counts what a turn spends in the store, where every worker sees it. What a request may cost is reserved before it is sent, over all sessions
 * of the organization, so that requests which run at once go over a budget by at most one of them.
 */
export function createModelMeter(
  ports: { readonly store: Pick<AccountsStore, "usage" | "transaction">; readonly clock: Clock },
  owner: UsageOwner,
  { onBudgetReached, ...budget }: MeterOptions,
): ModelMeter {
  const { store, clock } = ports;
  const hasBudget = budget.perSessionMicroUsd !== null || budget.perMonthMicroUsd !== null;
  const extending = new Map<string, NodeJS.Timeout>();
  let isTold = false;

  const tryReserve = ({ id, maxCostMicroUsd }: MeteredRequest) =>
    store.transaction(async (tx) => {
      const now = clock.now();
      await tx.usage.holdBudget(owner.organizationId);
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
    // The next time comes before it has expired.
    store.usage.extendReservation(id, expiresAt).catch(() => {});
  };

  return {
    hasBudget,
    async admit(request) {
      if (!hasBudget) return null;
      // Bounded by the reservations of others, which end or expire, and by whoever waits.
      const outcome = await retry(() => tryReserve(request), {
        signal: request.signal,
        afterResult: (reserved) => (reserved === "held" ? lookAgainMs : null),
      });
      if (outcome === "reserved")
        extending.set(request.id, setInterval(extend, extendEveryMs, request.id).unref());
      if (typeof outcome === "string") return null;
      if (!isTold) {
        isTold = true;
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

/** Of the calendar month in UTC. */
export function startOfMonth(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()));
}
