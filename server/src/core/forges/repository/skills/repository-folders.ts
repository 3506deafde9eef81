/** Where repositories keep skills, for whichever harness. Of two skills of one name the one in the earlier folder counts. */
export const repositoryFolders: readonly string[] = [
  ".claude/skills",
  ".codex/skills",
  ".opencode/skills",
  ".opencode/skill",
  ".cursor/skills",
  ".agents/skills",
];
