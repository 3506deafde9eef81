import type { UsageTotal } from "../../accounts/index.ts";
import { agentOf, type TurnContext, turnRequester } from "./turn-context.ts";

/**
 * Returns the attributes of a turn's span. They have the names of OpenTelemetry's semantic conventions. Other names begin
 * with `tembo.`.
 */
export function turnAttributes(
  context: TurnContext,
  { status, usage }: { readonly status: string; readonly usage: UsageTotal },
): Readonly<Record<string, string | number>> {
  const { session, lease, message } = context;
  const requester = turnRequester(context);
  const { harness, model, provider } = agentOf(context);
  const known = {
    "session.id": session.id,
    "user.id": requester.userId,
    "gen_ai.agent.name": harness,
    "gen_ai.request.model": model,
    "gen_ai.provider.name": provider ?? context.modelRoute.provider,
    // The convention counts cached tokens as input.
    "gen_ai.usage.input_tokens": usage.inputTokens + usage.cachedInputTokens + usage.cacheWriteTokens,
    "gen_ai.usage.output_tokens": usage.outputTokens,
    "gen_ai.usage.cache_read.input_tokens": usage.cachedInputTokens,
    "gen_ai.usage.cache_creation.input_tokens": usage.cacheWriteTokens,
    "tembo.organization.id": session.organizationId,
    "tembo.turn.id": lease.turnId,
    "tembo.turn.status": status,
    "tembo.message.id": message.id,
    "tembo.request.id": requester.request?.id,
    "tembo.key.id": requester.keyId,
    "tembo.source": requester.source,
    "tembo.attempt": lease.attempt,
    "tembo.usage.requests": usage.requests,
    "tembo.usage.unpriced_requests": usage.unpricedRequests,
    "tembo.usage.cost_micro_usd": usage.costMicroUsd,
  };
  return Object.fromEntries(Object.entries(known).filter(isKnown));
}

const isKnown = (entry: [string, string | number | null | undefined]): entry is [string, string | number] =>
  entry[1] != null;
