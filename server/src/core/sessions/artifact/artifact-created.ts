import type { EventOf } from "../event/event.ts";
import type { Artifact } from "./artifact.ts";

/** Returns the event for a new artifact. */
export function artifactCreated({
  id,
  type,
  title,
  contentType,
}: Pick<Artifact, "id" | "title" | "contentType"> & {
  readonly type: "Response" | "File";
}): EventOf<"artifact.created"> {
  return {
    type: "artifact.created",
    artifactId: id,
    artifactType: type,
    title,
    ...(contentType !== null && { contentType }),
  };
}
