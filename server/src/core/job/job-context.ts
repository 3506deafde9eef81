import type { Ports } from "../ports/index.ts";
import type { JobHandlers } from "./job-handlers.ts";
import type { JobTools } from "./job-tools.ts";

export interface JobContext {
  readonly ports: Ports;
  readonly handlers: JobHandlers;
  readonly tools: JobTools;
}
