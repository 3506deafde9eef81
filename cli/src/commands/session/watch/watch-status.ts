import type { SessionEvent } from "@tembo-io/sdk";

/** What the line below a transcript tells. */
export interface WatchStatus {
  readonly phase: string;
  /** When the turn that runs began, in milliseconds since 1970; null while none does. */
  readonly startedAt: number | null;
  /** Tool calls that run, by their ids, the latest last. */
  readonly tools: ReadonlyMap<string, string>;
  /** Permissions and questions that wait for a person, by their ids. */
  readonly asked: ReadonlySet<string>;
  /** Of turns that ended, as the model gateway counted them. */
  readonly metered: { readonly tokens: number; readonly costMicroUsd: number };
  /** Of the turn that runs, as its harness tells. */
  readonly turnTokens: number;
}

export const firstStatus: WatchStatus = {
  phase: "connecting",
  startedAt: null,
  tools: new Map(),
  asked: new Set(),
  metered: { tokens: 0, costMicroUsd: 0 },
  turnTokens: 0,
};

/** A fact as far as the line tells of it: events of other versions lack some. */
interface Fact {
  readonly type: string;
  readonly step?: string;
  readonly number?: number;
  readonly attempt?: number;
  readonly toolCallId?: string;
  readonly title?: string;
  readonly kind?: string;
  readonly status?: string;
  readonly permissionId?: string;
  readonly questionId?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cachedInputTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly costMicroUsd?: number;
}

export function afterEvent(status: WatchStatus, event: SessionEvent): WatchStatus {
  const fact = event.eventData as Fact;
  switch (fact.type) {
    case "turn.queued":
      return status.startedAt === null ? { ...status, phase: "queued" } : status;
    case "turn.started":
      return { ...status, phase: "starting", startedAt: Date.parse(event.createdAt), turnTokens: 0 };
    case "turn.resumed":
      return { ...status, phase: `attempt ${fact.attempt}`, tools: new Map() };
    case "turn.step":
      return { ...status, phase: phases[fact.step ?? ""] ?? fact.step ?? status.phase };
    case "turn.completed":
    case "turn.failed":
    case "turn.cancelled":
      return {
        ...status,
        phase: fact.type.slice("turn.".length),
        startedAt: null,
        tools: new Map(),
        asked: new Set(),
      };
    case "toolCall":
      return { ...status, tools: toolsAfter(status.tools, fact) };
    case "permission.requested":
    case "question.asked":
      return { ...status, asked: new Set([...status.asked, idOf(fact)]) };
    case "permission.answered":
    case "question.answered":
      return { ...status, asked: new Set([...status.asked].filter((id) => id !== idOf(fact))) };
    case "usage":
      return { ...status, turnTokens: status.turnTokens + tokensOf(fact) };
    case "turn.metered": {
      const { tokens, costMicroUsd } = status.metered;
      return {
        ...status,
        turnTokens: 0,
        metered: { tokens: tokens + tokensOf(fact), costMicroUsd: costMicroUsd + (fact.costMicroUsd ?? 0) },
      };
    }
    default:
      return status;
  }
}

const phases: Readonly<Record<string, string>> = {
  provision: "preparing",
  setUp: "setting up",
  work: "working",
  commit: "committing",
  prePush: "checking",
  mend: "mending",
  publish: "publishing",
};

/** One line without its ends; `now` in milliseconds since 1970. */
export function statusText(status: WatchStatus, now: number): string {
  const { phase, startedAt, tools, asked, metered, turnTokens } = status;
  const tokens = metered.tokens + turnTokens;
  const tool = [...tools.values()].at(-1);
  return [
    asked.size > 0 ? "waits for you" : phase,
    ...(startedAt === null ? [] : [elapsed(now - startedAt)]),
    ...(tokens === 0 ? [] : [`${short(tokens)} tokens`]),
    ...(metered.costMicroUsd === 0 ? [] : [`$${(metered.costMicroUsd / 1_000_000).toFixed(2)}`]),
    ...(tool === undefined ? [] : [tool]),
  ].join(" · ");
}

const idOf = ({ permissionId, questionId }: Fact) => permissionId ?? questionId ?? "";

function toolsAfter(tools: WatchStatus["tools"], fact: Fact): WatchStatus["tools"] {
  const { toolCallId = "", title, kind, status } = fact;
  const left = new Map(tools);
  if (status === "completed" || status === "failed") left.delete(toolCallId);
  else if (status === "running") left.set(toolCallId, title || `${kind ?? ""} ${toolCallId}`.trim());
  return left;
}

function tokensOf(fact: Fact): number {
  const { inputTokens = 0, outputTokens = 0, cachedInputTokens = 0, cacheWriteTokens = 0 } = fact;
  return inputTokens + outputTokens + cachedInputTokens + cacheWriteTokens;
}

/** A machine whose clock is behind the server's shows zero. */
function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

function short(count: number): string {
  if (count < 1_000) return String(count);
  if (count < 999_950) return `${(count / 1_000).toFixed(1)}k`;
  return `${(count / 1_000_000).toFixed(2)}M`;
}
