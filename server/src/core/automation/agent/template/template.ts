import type { Instructions } from "../agent.ts";

export interface AgentTemplate {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly label:
    | "Code Review"
    | "Productivity"
    | "Documentation"
    | "Reporting"
    | "Monitoring"
    | "Management";
  readonly instructions: Instructions;
  readonly artifactType: "PullRequest" | "Response";
  /** Cron expressions of the schedules. */
  readonly schedules: readonly string[];
}
