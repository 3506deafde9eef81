import { z } from "zod";
import type { ForgeEvent } from "../../../core/forges/index.ts";
import { readBody, time } from "../read/read.ts";
import { about } from "./about.ts";

/** Times of the repository. The events have no time, and the time of the repository's last push is the best approximation. */
const pushedAt = z.object({ pushed_at: time.nullish(), updated_at: time.nullish() });

const pushBody = z.object({
  ...about,
  ref: z.string(),
  after: z.string(),
  deleted: z.boolean().nullish(),
  forced: z.boolean().nullish(),
  head_commit: z.object({ timestamp: time }).nullish(),
});
const refBody = z.object({ ...about, ref: z.string(), ref_type: z.string() });
const timeBody = z.object({ repository: pushedAt });

/** Parses `push` events for branches. `create` and `delete` report tags and deleted branches. */
export function readPush(json: unknown): readonly ForgeEvent[] {
  const { repository, sender, ref, after, deleted, forced, head_commit } = readBody(pushBody, json);
  if (deleted || !ref.startsWith("refs/heads/")) return [];
  const at = timeOf(json) ?? head_commit?.timestamp ?? new Date();
  const branch = ref.slice("refs/heads/".length);
  return [
    {
      type: "branch.pushed",
      repository,
      actor: sender ?? null,
      at,
      branch,
      sha: after,
      isForced: forced === true,
    },
  ];
}

export function readCreate(json: unknown): readonly ForgeEvent[] {
  return readRef(json, "ref.created");
}

export function readDelete(json: unknown): readonly ForgeEvent[] {
  return readRef(json, "ref.deleted");
}

function readRef(json: unknown, type: "ref.created" | "ref.deleted"): readonly ForgeEvent[] {
  const { repository, sender, ref, ref_type: refType } = readBody(refBody, json);
  if (refType !== "branch" && refType !== "tag") return [];
  return [{ type, repository, actor: sender ?? null, at: timeOf(json) ?? new Date(), refType, ref }];
}

function timeOf(json: unknown): Date | null {
  const { pushed_at, updated_at } = readBody(timeBody, json).repository;
  return pushed_at ?? updated_at ?? null;
}
