import { z } from "zod";
import { cursorQuery, queryList, timestamp, uuid } from "../common.ts";

const source = z.enum(["organization", "repository"]);

const skillFileInput = z.strictObject({
  filename: z
    .string()
    .min(1)
    .max(200)
    .describe("Path in the skill's folder, such as `SKILL.md` or `scripts/run.sh`."),
  content: z.string(),
});
export type SkillFileInput = z.infer<typeof skillFileInput>;

export const skill = z.strictObject({
  id: uuid,
  name: z.string(),
  description: z.string(),
  files: z.array(skillFileInput.extend({ id: uuid })),
  createdAt: timestamp,
  updatedAt: timestamp,
});
export type Skill = z.infer<typeof skill>;

export const skillListItem = z.strictObject({
  id: uuid,
  name: z.string(),
  description: z.string(),
  keywords: z.array(z.string()),
  source,
});
export const skillList = z.strictObject({ items: z.array(skillListItem), nextCursor: uuid.nullable() });
export type SkillList = z.infer<typeof skillList>;
export const skillListQuery = cursorQuery.extend({
  names: queryList(z.string().min(1).max(200)).optional(),
  repositoryIds: queryList(uuid)
    .optional()
    .describe("Limits the list to these repositories. Requires `source=repository`."),
  search: z.string().min(1).max(255).optional(),
  source: source
    .default("organization")
    .describe("`repository`: skills on base branches, as of the last fetch by a session."),
});
export const skillParams = z.object({ skillId: uuid });

// The Agent Skills specification (agentskills.io/specification) defines the limits of 64 and 1,024 characters.
const name = z
  .string()
  .min(1)
  .max(64)
  .describe("Name of the skill's folder: letters, digits, hyphens, periods and underscores.");
const description = z.string().max(1_024).describe("The harness uses it to decide when to apply the skill.");
const files = z.array(skillFileInput).min(1).max(100).describe("Must include `SKILL.md`.");
export const skillCreateBody = z.strictObject({ name, description, files });
export type SkillCreateBody = z.infer<typeof skillCreateBody>;
export const skillUpdateBody = z.strictObject({
  name: name.optional(),
  description: description.optional(),
  files: files.optional().describe("All of the skill's files. Files that are not listed are deleted."),
});
export type SkillUpdateBody = z.infer<typeof skillUpdateBody>;
