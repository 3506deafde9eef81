import manifest from "../package.json" with { type: "json" };
import type { Config } from "./config.ts";
import { ignoreSpans } from "./core/base/index.ts";
import { createTraces, type Traces, type TracesOptions } from "./traces/create-traces.ts";

interface TracesParts extends Pick<TracesOptions, "outbound" | "log"> {
  readonly workerId: string;
}

/** Begins to send traces, or ignores all spans if the settings contain no collector. */
export function startTraces(
  { tracesUrl: url }: Pick<Config, "tracesUrl">,
  { workerId, outbound, log }: TracesParts,
): Pick<Traces, "trace" | "close"> {
  if (url === null) return { trace: ignoreSpans, close: async () => {} };
  return createTraces({ url, traced: { version: manifest.version, workerId }, outbound, log });
}
