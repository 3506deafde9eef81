import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { optionalText, projectSchema, repositoryOf, text, time } from "./payload.ts";

const schema = z.object({
  name: optionalText,
  tag: text,
  url: optionalText,
  action: text,
  released_at: time.nullish(),
  created_at: time,
  project: projectSchema,
});

/** Parses a release event. Returns an event only for a new release. Source: "Webhook events: Release events". */
export function readReleaseHook(body: unknown): readonly ForgeEvent[] {
  const { name, tag, url, action, released_at, created_at, project } = schema.parse(body);
  if (action !== "create") return [];
  return [
    {
      type: "release.published",
      repository: repositoryOf(project),
      actor: null,
      at: released_at ?? created_at,
      tag,
      name: name || tag,
      url: url ?? `${project.url}/-/releases/${encodeURIComponent(tag)}`,
    },
  ];
}
