import type { JobTools } from "../../base/index.ts";
import type { AutomationPorts } from "../ports.ts";
import type { JobHandlers } from "./job-handlers.ts";

export interface JobContext {
  readonly ports: AutomationPorts;
  readonly handlers: JobHandlers;
  readonly tools: JobTools;
}
