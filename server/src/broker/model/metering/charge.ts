import type { ModelUsage } from "../../../core/accounts/index.ts";
import { type Logger, newId } from "../../../core/base/index.ts";
import type { Upstream } from "../upstream.ts";
import { estimateUsage, type Seen } from "./estimate-usage.ts";
import type { Prices } from "./prices.ts";
import type { ReportedUsage } from "./read-usage.ts";

/** Returns the cost record for one exchange with a model. `asked` is the requested model. Logs a warning if the usage is estimated. */
export function charge(
  { prices, log, upstream }: { readonly prices: Prices; readonly log: Logger; readonly upstream: Upstream },
  asked: string | null,
  seen: Seen,
): ModelUsage {
  const { usage, isEstimated } = estimateUsage(seen);
  const model = usage.model ?? asked ?? "unknown";
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens } = usage;
  if (isEstimated) {
    log.warn(
      { family: upstream.family, model, isEstimated, inputTokens, outputTokens },
      "a model response did not report its full usage; the rest was estimated",
    );
  }
  return {
    answerId: newId(),
    model,
    inputTokens,
    outputTokens,
    cachedInputTokens,
    cacheWriteTokens,
    costMicroUsd:
      reportedCost(upstream, usage) ??
      // The response may contain the provider's own name for the model.
      prices.costMicroUsd(asked === null ? [model] : [model, asked], usage),
  };
}

/** Returns the cost that the response states, in millionths of a US dollar, or null if it states none or the provider does not document the field. */
function reportedCost({ statesCost }: Upstream, { costUsd }: ReportedUsage): number | null {
  return statesCost === true && costUsd !== undefined ? Math.round(costUsd * 1_000_000) : null;
}
