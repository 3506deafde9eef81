import { AppError, newId } from "../../base/index.ts";
import type { AccessPorts } from "../ports.ts";
import { checkSkill, MAX_SKILLS } from "./check-skill.ts";
import { getSkill } from "./get-skill.ts";
import type { Skill } from "./skill.ts";

type SkillPorts = Pick<AccessPorts, "store" | "clock">;

interface FileWords {
  readonly filename: string;
  readonly content: string;
}

/**
 * Creates a skill. Sessions receive it with their next message. Throws the errors of `checkSkill`, or `invalid_input`
 * if the name is taken or the organization has too many skills.
 */
export async function createSkill(
  { store, clock }: SkillPorts,
  organizationId: string,
  words: { readonly name: string; readonly description: string; readonly files: readonly FileWords[] },
): Promise<Skill> {
  checkSkill(words);
  const now = clock.now();
  const skill: Skill = {
    ...words,
    id: newId(now.getTime()),
    organizationId,
    files: filesOf(words.files, now),
    createdAt: now,
    updatedAt: now,
  };
  const { items } = await store.skills.list(organizationId, { limit: MAX_SKILLS });
  if (items.length >= MAX_SKILLS)
    throw new AppError(
      "invalid_input",
      `An organization can have at most ${MAX_SKILLS} skills. Delete one first.`,
    );
  if (!(await store.skills.insert(skill))) throw taken(words.name);
  return skill;
}

/**
 * Updates only the given fields. `files` replaces all files. Throws the errors of `getSkill` and `checkSkill`, or
 * `invalid_input` if the name is taken.
 */
export async function updateSkill(
  { store, clock }: SkillPorts,
  { organizationId, id }: { readonly organizationId: string; readonly id: string },
  change: { readonly name?: string; readonly description?: string; readonly files?: readonly FileWords[] },
): Promise<Skill> {
  const now = clock.now();
  const { files, ...words } = change;
  return store.transaction(async (tx) => {
    await tx.skills.lock(organizationId, id);
    const skill: Skill = {
      ...(await getSkill({ store: tx }, organizationId, id)),
      ...words,
      ...(files !== undefined && { files: filesOf(files, now) }),
      updatedAt: now,
    };
    checkSkill(skill);
    if (!(await tx.skills.update(skill))) throw taken(skill.name);
    return skill;
  });
}

const filesOf = (files: readonly FileWords[], now: Date) =>
  files.map(({ filename, content }) => ({ id: newId(now.getTime()), filename, content }));

const taken = (name: string) =>
  new AppError(
    "invalid_input",
    `A skill named ${JSON.stringify(name)} already exists. Change that skill, or choose another name.`,
  );
