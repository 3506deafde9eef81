/** A folder of files that teaches a harness how something is done (agentskills.io). */
export interface Skill {
  readonly id: string;
  readonly organizationId: string;
  /** Of its folder; unique within the organization. */
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

/** The file by which a harness knows a skill. */
export const mainFile = "SKILL.md";
