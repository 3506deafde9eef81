import type { ModelFamily } from "../../../core/access/index.ts";

/** Usage that a provider has reported so far for one response. */
export interface ReportedUsage {
  readonly model: string | null;
  /** Number of input tokens that were neither read from nor written to a cache. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  /** Part of `cacheWriteTokens` that is cached for an hour and has a separate price. */
  readonly hourCacheWriteTokens: number;
  /** Cost in US dollars, if the response states it. */
  readonly costUsd?: number;
}

/**
 * Returns the usage after one more stream event or a whole response, or null if no usage has been reported yet. Counts are totals, so a later
 * count replaces an earlier one. The field names are those of Anthropic (Messages), OpenAI (Chat Completions, Responses, Embeddings) and Gemini
 * (generateContent).
 */
export function addUsage(
  family: ModelFamily,
  reported: ReportedUsage | null,
  event: unknown,
): ReportedUsage | null {
  if (family === "gemini" && Array.isArray(event)) {
    return event.reduce<ReportedUsage | null>((sum, part) => addUsage(family, sum, part), reported);
  }
  return readers[family](reported, record(event));
}

/** True if a client may treat the response as complete after this event, before the stream ends. */
export function isLastEvent(family: ModelFamily, data: string, event: unknown): boolean {
  const { type } = record(event);
  if (family === "anthropic") return type === "message_stop";
  return family === "openai" && (data === "[DONE]" || lastOfResponse.has(String(type)));
}

const lastOfResponse = new Set(["response.completed", "response.incomplete", "response.failed"]);

type Fields = Readonly<Record<string, unknown>>;

const readers: Record<ModelFamily, (reported: ReportedUsage | null, event: Fields) => ReportedUsage | null> =
  {
    anthropic(reported, event) {
      const message = event.type === "message_start" ? record(event.message) : event;
      const usage = recordOrNull(message.usage);
      if (usage === null) return reported;
      const writes = recordOrNull(usage.cache_creation);
      return {
        ...costOf(usage, reported),
        model: text(message.model) ?? reported?.model ?? null,
        inputTokens: count(usage.input_tokens) ?? reported?.inputTokens ?? 0,
        outputTokens: count(usage.output_tokens) ?? reported?.outputTokens ?? 0,
        cachedInputTokens: count(usage.cache_read_input_tokens) ?? reported?.cachedInputTokens ?? 0,
        cacheWriteTokens: count(usage.cache_creation_input_tokens) ?? reported?.cacheWriteTokens ?? 0,
        hourCacheWriteTokens: count(writes?.ephemeral_1h_input_tokens) ?? reported?.hourCacheWriteTokens ?? 0,
      };
    },
    openai(reported, event) {
      const answer = recordOrNull(event.response) ?? event;
      const usage = recordOrNull(answer.usage);
      if (usage === null) return reported;
      const details = record(usage.input_tokens_details ?? usage.prompt_tokens_details);
      const cached = count(details.cached_tokens) ?? 0;
      return {
        ...none,
        ...costOf(usage, reported),
        model: text(answer.model) ?? reported?.model ?? null,
        inputTokens: Math.max(0, (count(usage.input_tokens) ?? count(usage.prompt_tokens) ?? 0) - cached),
        outputTokens: count(usage.output_tokens) ?? count(usage.completion_tokens) ?? 0,
        cachedInputTokens: cached,
      };
    },
    gemini(reported, event) {
      const usage = recordOrNull(event.usageMetadata);
      if (usage === null) return reported;
      const cached = count(usage.cachedContentTokenCount) ?? 0;
      const prompt = (count(usage.promptTokenCount) ?? 0) + (count(usage.toolUsePromptTokenCount) ?? 0);
      return {
        ...none,
        model: text(event.modelVersion) ?? reported?.model ?? null,
        inputTokens: Math.max(0, prompt - cached),
        outputTokens: (count(usage.candidatesTokenCount) ?? 0) + (count(usage.thoughtsTokenCount) ?? 0),
        cachedInputTokens: cached,
      };
    },
  };

function costOf({ cost }: Fields, reported: ReportedUsage | null): Pick<ReportedUsage, "costUsd"> {
  const isCost = typeof cost === "number" && cost >= 0 && cost < 1_000_000;
  const costUsd = isCost ? cost : reported?.costUsd;
  return costUsd === undefined ? {} : { costUsd };
}

const none = { cacheWriteTokens: 0, hourCacheWriteTokens: 0 };

function recordOrNull(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

const record = (value: unknown): Fields => recordOrNull(value) ?? {};
const text = (value: unknown) => (typeof value === "string" && value !== "" ? value.slice(0, 200) : null);

function count(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}
