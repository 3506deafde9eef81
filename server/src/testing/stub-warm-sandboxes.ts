import { KeepAlives } from "../core/turns/warm-sandbox/keep-alives.ts";
import type { WarmSandbox } from "../core/turns/warm-sandbox/warm-sandbox.ts";
import type { WarmSandboxes } from "../core/turns/warm-sandbox/warm-sandboxes.ts";

/**
 * Stub in which every session has the same running sandbox, or none. `sandbox` contains only the members that the test uses. All methods except `up`
 * throw.
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
    hasRoom: unused,
    putPrepared: unused,
    release: unused,
    stop: unused,
    handOver: unused,
    discard: unused,
    reconsider: unused,
    reconsiderAll: unused,
    evictForAnother: unused,
    clearAfter: unused,
    endUsed: unused,
    setMayAct: () => {},
    close: unused,
  };
}
