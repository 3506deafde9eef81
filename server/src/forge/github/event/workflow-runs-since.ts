import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { absentAsNull } from "../api/refusal.ts";
import { readAnswer } from "../read/read.ts";
import { workflowRun } from "../read/workflow-run.ts";
import { named } from "../repository/named.ts";
import type { Poll } from "./poll.ts";

/**
 * Returns the workflow runs that completed since the last poll. GitHub sorts runs by their start, so this function reads the latest 100
 * completed runs.
 */
export async function workflowRunsSince(poll: Poll): Promise<readonly ForgeEvent[]> {
  const { client, ref, repository, since, signal } = poll;
  const asked = client.askIn(ref, `list the workflow runs of ${named(ref)}`, (request, path) =>
    request("GET /repos/{owner}/{repo}/actions/runs", {
      ...path,
      status: "completed",
      per_page: 100,
      request: { signal },
    }),
  );
  const answer = await absentAsNull(asked);
  if (answer === null) return [];
  const runs = readAnswer(z.array(workflowRun), answer.data.workflow_runs);
  return runs.flatMap(({ isCompleted, at, ...run }): ForgeEvent[] =>
    isCompleted && at >= since
      ? [{ type: "check.completed", kind: "workflow", repository, actor: null, at, ...run }]
      : [],
  );
}
