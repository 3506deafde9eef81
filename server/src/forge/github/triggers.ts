import type { ForgeEvent, Trigger, TriggerFacts } from "../../core/forges/index.ts";
import { commonTriggerNames, commonTriggers } from "../triggers/common-triggers.ts";
import { branches, repositories, texts } from "../triggers/trigger-filters.ts";

const workflowRunFailed: Trigger = {
  name: "github.workflow_run.failed",
  displayName: "Workflow failed",
  description: "A workflow run failed.",
  filters: { repositories, workflowNames: texts("Only runs of these workflows."), branches },
};

export const githubTriggers: readonly Trigger[] = commonTriggers("github").flatMap((trigger) =>
  trigger.name === "github.release.published" ? [workflowRunFailed, trigger] : [trigger],
);

/** Returns the names of the triggers that an event fires. Pure. */
export function githubTriggerNames(event: ForgeEvent, facts: TriggerFacts): string[] {
  const isFailed = event.type === "check.completed" && event.conclusion === "failed";
  const isFailedWorkflow = isFailed && event.kind === "workflow";
  return [
    ...commonTriggerNames("github", event, facts),
    ...(isFailedWorkflow ? [workflowRunFailed.name] : []),
  ];
}
