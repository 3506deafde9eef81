import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { readBody, time } from "../read/read.ts";
import { about, actionOf } from "./about.ts";

const body = z.object({
  ...about,
  release: z.object({
    tag_name: z.string(),
    name: z.string().nullish(),
    html_url: z.string(),
    published_at: time.nullish(),
    created_at: time,
  }),
});

/** Parses `release`. Returns an event only for the action `published`, which GitHub does not send for drafts. */
export function readRelease(json: unknown): readonly ForgeEvent[] {
  if (actionOf(json) !== "published") return [];
  const { repository, sender, release } = readBody(body, json);
  return [
    {
      type: "release.published",
      repository,
      actor: sender ?? null,
      at: release.published_at ?? release.created_at,
      tag: release.tag_name,
      name: release.name || release.tag_name,
      url: release.html_url,
    },
  ];
}
