import type { JobTools } from "../../base/engine/job-tools.ts";
import type { Ports } from "../../ports/ports.ts";
import type { JobHandlers } from "../reaction/job-handlers.ts";

export interface JobContext {
  readonly ports: Ports;
  readonly handlers: JobHandlers;
  readonly tools: JobTools;
}
