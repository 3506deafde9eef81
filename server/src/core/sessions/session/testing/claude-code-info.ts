import type { HarnessInfo } from "../../../access/index.ts";

/** Fixture of a harness with every capability. */
export const claudeCodeInfo: HarnessInfo = {
  name: "claudeCode",
  displayName: "Claude Code",
  version: "1.0.0",
  defaultModel: "claude-opus-4-5",
  modelFamily: "anthropic",
  isInstalled: true,
  capabilities: {
    canSteer: true,
    asksPermission: true,
    takesImages: true,
    mcpTransports: ["stdio", "http", "sse"],
    reasoningLevels: ["low", "medium", "high"],
    speeds: ["normal", "fast"],
    readsRuleFiles: ["CLAUDE.md", "AGENTS.md"],
    takesInstructions: true,
    skillFolders: { workspace: [".claude/skills"], home: ".claude/skills" },
  },
};
