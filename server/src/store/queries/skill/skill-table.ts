import type { SkillFile } from "../../../core/access/index.ts";
import { json, text, timestamp, uuid } from "../column.ts";
import { table } from "../table.ts";

export const skills = table("skills", {
  id: uuid,
  organizationId: uuid,
  name: text,
  description: text,
  files: json<readonly SkillFile[]>(),
  createdAt: timestamp,
  updatedAt: timestamp,
});
