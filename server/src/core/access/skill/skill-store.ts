import type { CursorPage, Page } from "../../base/index.ts";
import type { Skill } from "./skill.ts";

export interface SkillQueries {
  /** False when another skill of the organization has the name. */
  insert(skill: Skill): Promise<boolean>;
  /** False when another has the name, or it is gone. */
  update(skill: Skill): Promise<boolean>;
  find(organizationId: string, id: string): Promise<Skill | null>;
  /** Newest first. `search` finds names and descriptions. */
  list(
    organizationId: string,
    filter: CursorPage & { readonly names?: readonly string[]; readonly search?: string },
  ): Promise<Page<Skill>>;
  delete(organizationId: string, id: string): Promise<void>;
}
