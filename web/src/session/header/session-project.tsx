import type { ProjectRef, Session } from "@tembo-io/sdk";
import { TextLink } from "../../components/text-link.tsx";
import { text } from "../../text/index.ts";

const words = text.session.header;

/** Links to the session's project, and to its environments if the sandbox started from one. */
export function SessionProject({
  session,
  project,
}: {
  readonly session: Session;
  readonly project: ProjectRef;
}) {
  const params = { projectId: project.id };
  return (
    <>
      <TextLink
        to="/projects/$projectId"
        params={params}
        size="xs"
        aria-label={words.projectOf(project.name)}
      >
        <bdi>{project.name}</bdi>
      </TextLink>
      {session.snapshotId !== null && (
        <>
          {" "}
          <TextLink to="/projects/$projectId" params={params} search={{ tab: "environments" }} size="xs">
            {words.environment}
          </TextLink>
        </>
      )}
    </>
  );
}
