import { AppError } from "../../base/index.ts";
import type { AccessQueries } from "../ports.ts";
import type { Skill } from "./skill.ts";

/** Returns a skill. Throws `not_found` if the organization has no such skill. */
export async function getSkill(
  { store }: { readonly store: Pick<AccessQueries, "skills"> },
  organizationId: string,
  id: string,
): Promise<Skill> {
  const skill = await store.skills.find(organizationId, id);
  if (skill !== null) return skill;
  throw new AppError("not_found", `Skill ${id} was not found.`);
}
