/** A folder of files that teaches a harness how to do a task (agentskills.io). */
export interface Skill {
  readonly id: string;
  readonly organizationId: string;
  /** Name of the skill's folder. Unique in the organization. */
  readonly name: string;
  readonly description: string;
  readonly files: readonly SkillFile[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface SkillFile {
  readonly id: string;
  /** Relative to the skill's folder. */
  readonly filename: string;
  readonly content: string;
}

/** File by which a harness recognizes a skill. */
export const mainFile = "SKILL.md";
