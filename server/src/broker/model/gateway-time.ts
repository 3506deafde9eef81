import { delay } from "../../runtime/delay.ts";

/** Clock and random numbers of the gateway. Tests replace them. */
export interface GatewayTime {
  /** Returns the time in milliseconds since 1970. */
  nowMs(): number;
  /** Returns a number from 0 to 1. */
  random(): number;
  /** Waits. Rejects if the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemTime: GatewayTime = {
  nowMs: Date.now,
  random: Math.random,
  wait: delay,
};
