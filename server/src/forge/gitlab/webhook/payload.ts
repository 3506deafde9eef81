import { z } from "zod";
import type { EventRepository } from "../../../core/forges/index.ts";
import { splitPath } from "../repositories/project.ts";

const id = z.number().int().nonnegative();
export const text = z.string();
export const optionalText = z.string().nullish();

/** Parses a time. GitLab uses both "2013-12-03T17:23:34Z" and "2015-05-17 18:21:36 UTC". */
export const time = z.string().transform((written, context) => {
  const at = new Date(written);
  if (!Number.isNaN(at.getTime())) return at;
  context.addIssue(`"${written.slice(0, 50)}" is not a date`);
  return z.NEVER;
});

export const userSchema = z.object({
  id,
  username: text,
  name: optionalText,
  email: optionalText,
  avatar_url: optionalText,
});

export const projectSchema = z
  .object({ id, path_with_namespace: text, web_url: text })
  .transform(({ id, path_with_namespace, web_url }): EventRepository & { readonly id: number } => ({
    id,
    externalId: String(id),
    ...splitPath(path_with_namespace),
    url: web_url,
  }));

export const labelsSchema = z
  .array(z.object({ title: text }).transform(({ title }) => title))
  .nullish()
  .transform((titles) => titles ?? []);

export const positionSchema = z
  .object({
    old_path: optionalText,
    new_path: optionalText,
    old_line: z.number().int().nullish(),
    new_line: z.number().int().nullish(),
  })
  .nullish()
  // Older versions send a sort position, which is a number, in this field.
  .catch(null);

export { id as idSchema };

export const zeros = /^0+$/;

export const repositoryOf = ({ externalId, owner, name, url }: EventRepository): EventRepository => ({
  externalId,
  owner,
  name,
  url,
});
