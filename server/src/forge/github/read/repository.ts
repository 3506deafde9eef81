import { z } from "zod";
import type { EventRepository, ForgeRepository } from "../../../core/forges/index.ts";
import { id } from "./read.ts";

const owner = z.object({ login: z.string() });

/** Parses a repository from the API. */
export const repository = z
  .object({
    id,
    owner,
    name: z.string(),
    html_url: z.string(),
    description: z.string().nullish(),
    default_branch: z.string().nullish(),
    archived: z.boolean().nullish(),
    disabled: z.boolean().nullish(),
    permissions: z.object({ push: z.boolean().nullish() }).nullish(),
    clone_url: z.string().nullish(),
  })
  .transform((raw) => ({
    cloneUrl: raw.clone_url ?? null,
    /** True if the credential can push, or null if the response does not contain permissions. */
    mayPush: raw.permissions?.push ?? null,
    repository: {
      externalId: raw.id,
      owner: raw.owner.login,
      name: raw.name,
      url: raw.html_url,
      description: raw.description ?? null,
      defaultBranch: raw.default_branch ?? null,
      isArchived: raw.archived === true || raw.disabled === true,
      canPush: raw.permissions?.push === true,
    } satisfies ForgeRepository,
  }));

/** Parses a repository from a webhook. */
export const eventRepository = z.object({ id, owner, name: z.string(), html_url: z.string() }).transform(
  (raw): EventRepository => ({
    externalId: raw.id,
    owner: raw.owner.login,
    name: raw.name,
    url: raw.html_url,
  }),
);
