import type { TurnContext } from "./turn-context.ts";

/** Traces a part of a turn that ends now. */
export function tracePart(
  { ports, lease }: Pick<TurnContext, "ports" | "lease">,
  part: string,
  startedAt: Date,
  errorCode: string | null = null,
): void {
  const { turnId, attempt } = lease;
  ports.trace({ turnId, part, startedAt, endedAt: ports.clock.now(), errorCode, attributes: { attempt } });
}
