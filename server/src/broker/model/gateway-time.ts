import { delay } from "../../runtime/delay.ts";

/** Clock and randomness of the gateway, which tests replace. */
export interface GatewayTime {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Returns a number from 0 to 1. */
  random(): number;
  /** Rejects if the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemTime: GatewayTime = {
  nowMs: Date.now,
  random: Math.random,
  wait: delay,
};
