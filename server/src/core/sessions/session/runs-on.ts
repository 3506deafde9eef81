import type { Project } from "../project/project.ts";
import type { Session } from "./session.ts";

/** Returns the labels that a session's machine must have. Pure. */
export const runsOnOf = (
  { runsOn }: Pick<Session, "runsOn">,
  project: Pick<Project, "runsOn"> | null,
): readonly string[] => runsOn ?? project?.runsOn ?? [];
