import type { CursorPage, Page } from "../../base/index.ts";
import type { Skill } from "./skill.ts";

export interface SkillQueries {
  /** Returns false if another skill of the organization has the name. */
  insert(skill: Skill): Promise<boolean>;
  /** Returns false if another skill has the name, or if the skill no longer exists. */
  update(skill: Skill): Promise<boolean>;
  /** Locks the skill until the transaction ends. */
  lock(organizationId: string, id: string): Promise<void>;
  find(organizationId: string, id: string): Promise<Skill | null>;
  /** Lists skills, newest first. `search` matches names and descriptions. */
  list(
    organizationId: string,
    filter: CursorPage & { readonly names?: readonly string[]; readonly search?: string },
  ): Promise<Page<Skill>>;
  delete(organizationId: string, id: string): Promise<void>;
}
