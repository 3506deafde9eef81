import type { SessionEvent } from "@tembo-io/sdk";

/** What one turn took. */
export interface TurnUsage {
  readonly number: number;
  readonly startedAt: string;
  /** Null while it runs. */
  readonly endedAt: string | null;
  readonly requests: number;
  readonly unpricedRequests: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly costMicroUsd: number;
}

const counts = [
  "requests",
  "unpricedRequests",
  "inputTokens",
  "cachedInputTokens",
  "cacheWriteTokens",
  "outputTokens",
  "costMicroUsd",
] as const;
type Counts = Pick<TurnUsage, (typeof counts)[number]>;

/** Every turn that has begun, as the session's events tell of it. */
export function turnsOf(events: readonly SessionEvent[]): readonly TurnUsage[] {
  const turns = new Map<unknown, TurnUsage>();
  for (const { eventType, eventData, createdAt } of events) {
    const { turnId } = eventData;
    const turn = turns.get(turnId);
    if (eventType === "turn.started" && turn === undefined) {
      const number = Number(eventData.number);
      turns.set(turnId, { number, startedAt: createdAt, endedAt: null, ...countsOf({}) });
    } else if (turn === undefined) continue;
    else if (/^turn\.(completed|failed|cancelled)$/.test(eventType))
      turns.set(turnId, { ...turn, endedAt: createdAt });
    else if (eventType === "turn.metered") turns.set(turnId, { ...turn, ...countsOf(eventData) });
  }
  return [...turns.values()];
}

export function totalOf(turns: readonly Counts[]): Counts {
  const sum = (name: keyof Counts) => turns.reduce((total, turn) => total + turn[name], 0);
  return Object.fromEntries(counts.map((name) => [name, sum(name)])) as unknown as Counts;
}

function countsOf(data: Readonly<Record<string, unknown>>): Counts {
  const entries = counts.map((name) => [name, typeof data[name] === "number" ? data[name] : 0]);
  return Object.fromEntries(entries) as unknown as Counts;
}

export const tokensOf = (usage: Counts) =>
  usage.inputTokens + usage.cachedInputTokens + usage.cacheWriteTokens + usage.outputTokens;
