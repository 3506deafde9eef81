/** A folder of files that teaches a harness how to do a task (agentskills.io). */
export interface Skill {
  readonly id: string;
  readonly organizationId: string;
  /** Name of the skill and of its folder. Unique in the organization. */
  readonly name: string;
  readonly description: string;
  readonly files: readonly SkillFile[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface SkillFile {
  readonly id: string;
  /** Path relative to the skill's folder. */
  readonly filename: string;
  readonly content: string;
}

/** Name of the file that makes a folder a skill. */
export const mainFile = "SKILL.md";
