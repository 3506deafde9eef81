import { modelProviders } from "../../../../broker/model/provider/plug-ins.ts";
import { createLogMask, ignoreMeasurements, ignoreSpans } from "../../../base/index.ts";
import { type AForgeKind, aForgeKind } from "../../../forges/forge/testing/a-forge-kind.ts";
import type { Forge } from "../../../forges/index.ts";
import type { Ports } from "../../../ports.ts";
import { claudeCodeInfo } from "../../../sessions/session/testing/claude-code-info.ts";

/** Returns ports for handling forge events: the given store and forge, and an engine that only records the enqueued turns. */
export function conversationPorts(
  parts: Pick<Ports, "store" | "clock">,
  forge: Forge,
  change: Partial<Ports> = {},
  kind: AForgeKind = {},
): { readonly ports: Ports; readonly enqueued: string[]; readonly warnings: string[] } {
  const enqueued: string[] = [];
  const warnings: string[] = [];
  const used: Partial<Ports> = {
    ...parts,
    engine: {
      enqueueTurn: async (_, turnId) => {
        if (!enqueued.includes(turnId)) enqueued.push(turnId);
        return null;
      },
      enqueueJob: async () => undefined,
      noticeStop: async () => undefined,
      noticeSteering: async () => undefined,
    },
    harnesses: {
      list: () => [claudeCodeInfo],
      install: () => Promise.reject(new Error("No harness can be installed in this test.")),
      start: () => Promise.reject(new Error("No harness can be started in this test.")),
      launch: () => Promise.reject(new Error("No harness can be started in this test.")),
    },
    modelProviders,
    forgeKinds: [aForgeKind({ name: forge.name, ...kind })],
    forges: { local: { connect: () => forge } } as unknown as Ports["forges"],
    log: { info: () => undefined, error: () => undefined, warn: (_, message) => void warnings.push(message) },
    logMask: createLogMask(),
    measure: ignoreMeasurements,
    trace: ignoreSpans,
    settings: {
      publicUrl: "http://tembo.example:3000",
      dataDir: "/nowhere",
      defaultAgent: "claudeCode:claude-opus-4-5",
      operatorProviders: ["anthropic"],
      commentSettleMs: 5_000,
    } as unknown as Ports["settings"],
    ...change,
  };
  return { ports: used as Ports, enqueued, warnings };
}
