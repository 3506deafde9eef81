import type { SessionEvent } from "@tembo-io/sdk";

/** Model usage of one turn. The counts are the totals from the turn's latest `turn.metered` event. */
export interface TurnUsage {
  readonly number: number;
  readonly startedAt: string;
  /** End of the turn, or null while it runs. */
  readonly endedAt: string | null;
  readonly requests: number;
  readonly unpricedRequests: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly costMicroUsd: number;
}

type Counts = Omit<TurnUsage, "number" | "startedAt" | "endedAt">;

/** Returns the usage of each started turn, in order. */
export function turnsOf(events: readonly SessionEvent[]): readonly TurnUsage[] {
  const turns = new Map<string, TurnUsage>();
  for (const { eventData: data, createdAt } of events) {
    switch (data.type) {
      case "turn.started":
        if (!turns.has(data.turnId))
          turns.set(data.turnId, {
            number: data.number,
            startedAt: createdAt,
            endedAt: null,
            ...totalOf([]),
          });
        break;
      case "turn.completed":
      case "turn.failed":
      case "turn.cancelled":
      case "turn.metered": {
        const turn = turns.get(data.turnId);
        if (turn === undefined) break;
        const change = data.type === "turn.metered" ? totalOf([data]) : { endedAt: createdAt };
        turns.set(data.turnId, { ...turn, ...change });
      }
    }
  }
  return [...turns.values()];
}

export function totalOf(turns: readonly Counts[]): Counts {
  const sum = (name: keyof Counts) => turns.reduce((total, turn) => total + turn[name], 0);
  return {
    requests: sum("requests"),
    unpricedRequests: sum("unpricedRequests"),
    inputTokens: sum("inputTokens"),
    cachedInputTokens: sum("cachedInputTokens"),
    cacheWriteTokens: sum("cacheWriteTokens"),
    outputTokens: sum("outputTokens"),
    costMicroUsd: sum("costMicroUsd"),
  };
}

export const tokensOf = (usage: Counts) =>
  usage.inputTokens + usage.cachedInputTokens + usage.cacheWriteTokens + usage.outputTokens;
