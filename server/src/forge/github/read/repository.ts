import { z } from "zod";
import type { EventRepository, ForgeRepository } from "../../../core/forges/index.ts";
import { id } from "./read.ts";

const owner = z.object({ login: z.string() });

/** A repository as the API tells of it. */
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
    /** Null when the answer is silent of it. */
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

/** As webhooks name it. */
export const eventRepository = z.object({ id, owner, name: z.string(), html_url: z.string() }).transform(
  (raw): EventRepository => ({
    externalId: raw.id,
    owner: raw.owner.login,
    name: raw.name,
    url: raw.html_url,
  }),
);
