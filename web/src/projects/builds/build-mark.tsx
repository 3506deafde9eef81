import type { ProjectBuild } from "@tembo-io/sdk";
import { StateMark } from "../../components/state-mark.tsx";
import { projectsText } from "../../text/projects/index.ts";

const states = {
  pending: "queued",
  running: "inProgress",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
} as const;

/** Status of a build as an icon with a label. */
export function BuildMark({ status }: { readonly status: ProjectBuild["status"] }) {
  return <StateMark state={states[status]} name={projectsText.builds.state[status]} />;
}
