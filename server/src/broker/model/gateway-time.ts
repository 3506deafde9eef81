import { delay } from "../../runtime/delay.ts";

/** Time and chance of the gateway, so that tests can turn them. */
export interface GatewayTime {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** From 0 to 1. */
  random(): number;
  /** Rejects when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemTime: GatewayTime = {
  nowMs: Date.now,
  random: Math.random,
  wait: delay,
};
