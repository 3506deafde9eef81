import { z } from "zod";
import type { ForgeEvent, ForgeEventType } from "../../../core/forges/index.ts";
import { readBody, time } from "../read/read.ts";
import { about, actionOf } from "./about.ts";

type RepositoryEventType = Extract<ForgeEventType, `repository.${string}`>;

const body = z.object(about);
const timeBody = z.object({ repository: z.object({ updated_at: time.nullish() }) });

const types: Readonly<Record<string, RepositoryEventType>> = {
  renamed: "repository.renamed",
  transferred: "repository.renamed",
  deleted: "repository.deleted",
  archived: "repository.archived",
  unarchived: "repository.changed",
  edited: "repository.changed",
  publicized: "repository.changed",
  privatized: "repository.changed",
};

export function readRepository(json: unknown): readonly ForgeEvent[] {
  const action = actionOf(json);
  const type = Object.hasOwn(types, action) ? types[action] : undefined;
  if (type === undefined) return [];
  const { repository, sender } = readBody(body, json);
  const at = readBody(timeBody, json).repository.updated_at ?? new Date();
  return [{ type, repository, actor: sender ?? null, at }];
}
