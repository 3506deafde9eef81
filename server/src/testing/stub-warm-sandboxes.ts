import { KeepAlives } from "../core/turns/warm-sandbox/keep-alives.ts";
import type { WarmSandbox } from "../core/turns/warm-sandbox/warm-sandbox.ts";
import type { WarmSandboxes } from "../core/turns/warm-sandbox/warm-sandboxes.ts";

/**
 * Stub in which the same sandbox is up for every session, or none. `sandbox` has the parts that the test uses. The
 * operations of turns throw.
 */
export function stubWarmSandboxes(sandbox: object | null): WarmSandboxes {
  const unused = () => {
    throw new Error("This stub runs no turns. Use WarmSandboxPool.");
  };
  return {
    keepAlives: new KeepAlives(),
    up: () => sandbox as WarmSandbox | null,
    claim: unused,
    take: unused,
    begin: unused,
    putBack: unused,
    release: unused,
    stop: unused,
    handOver: unused,
    discard: unused,
    reconsider: unused,
    reconsiderAll: unused,
    evictForAnother: unused,
    clearAfter: unused,
    close: unused,
  };
}
