import type { ModelMeter } from "../ports/broker.ts";
import type { Clock } from "../ports/clock.ts";
import type { UsageOwner } from "../ports/store/organization/usage.ts";
import type { Store } from "../ports/store/store.ts";
import { decideBudget } from "./decide-budget.ts";
import type { Budget } from "./usage.ts";

export interface MeterOptions extends Budget {
  /** Told once, of the first refusal, so that the turn can be ended. Must not throw. */
  onBudgetReached(sentence: string): void;
}

/**
 * Counts what a turn spends in the store, where every worker sees it. Answers that come at the same time may together go over a
 * budget by what they cost (the model gateway bounds how many of a turn they are), since the price of an answer is known only after it.
 */
export function createModelMeter(
  ports: { readonly store: Pick<Store, "usage">; readonly clock: Clock },
  owner: UsageOwner,
  { onBudgetReached, ...budget }: MeterOptions,
): ModelMeter {
  const { store, clock } = ports;
  const hasBudget = budget.perSessionMicroUsd !== null || budget.perMonthMicroUsd !== null;
  let isTold = false;
  return {
    hasBudget,
    async admit() {
      if (!hasBudget) return null;
      const since = startOfMonth(clock.now());
      const spent = await store.usage.spent({ ...owner, since });
      const sentence = decideBudget(spent, budget);
      if (sentence !== null && !isTold) {
        isTold = true;
        onBudgetReached(sentence);
      }
      return sentence;
    },
    record: (usage) => store.usage.add(owner, usage, clock.now()),
  };
}

/** Of the calendar month in UTC. */
export function startOfMonth(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth()));
}
