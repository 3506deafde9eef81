import type { McpServer } from "../mcp-connection/mcp-server.ts";

export interface HarnessInfo {
  /** As the API names it. */
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  readonly defaultModel: string;
  /** Whose protocol it speaks to a model of none of the `otherFamilies`. */
  readonly modelFamily: ModelFamily;
  /** Those whose protocols it speaks besides, each to models of its own. */
  readonly otherFamilies?: readonly ModelFamily[];
  readonly isInstalled: boolean;
  /** It was installed from packages that this version pins otherwise, and is installed again before it is next used. */
  readonly isOutdated?: true;
  /** The vendor's own, which works its prompts; without one a provider does, behind the model gateway. */
  readonly service?: HarnessService;
  /** Why it cannot be started here and what to do about it; absent when it can, also when it is only to be installed first. */
  readonly missing?: string;
  /** A program of the machine, which Tembo does not install. */
  readonly isProgram?: true;
  readonly capabilities: HarnessCapabilities;
  /** Absent for one whose users keep nothing for it in their repositories. */
  readonly repositoryFiles?: RepositoryFiles;
}

/** Files that the users of a harness keep for it in their repositories. Paths are below the repository's root. */
export interface RepositoryFiles {
  /** Folders of skills. Every harness gets the skills in them. */
  readonly skillFolders: readonly string[];
  /** Folder of its commands, with a slash at the end, and the ending of their files. */
  readonly commands?: { readonly folder: string; readonly ending: string };
}

/** A service of a harness's own vendor. It is reached through the egress door, where its key is put in the place of a placeholder. */
export interface HarnessService {
  /** Name of the organization's setting that holds the key. */
  readonly keySetting: string;
  /** The variable by which the harness takes its key; a secret of that name goes before the setting. */
  readonly keyVariable: string;
  /** As in an egress allowlist: where the key is sent, as `Authorization: Bearer`. */
  readonly keyHosts: readonly string[];
  /** What else it needs to reach. */
  readonly otherHosts: readonly string[];
}

/** What a harness can be asked for. A message that asks for more is refused when it is sent. */
export interface HarnessCapabilities {
  /** Words that may be put into a prompt while it is worked; without it the prompt is cancelled and goes on with them. */
  readonly canSteer: boolean;
  /** It asks before it does what the mode does not allow by itself. */
  readonly asksPermission: boolean;
  readonly takesImages: boolean;
  /** Ways in which it reaches MCP servers that are named when a conversation opens. */
  readonly mcpTransports: readonly McpServer["transport"][];
  /** As the API names them, from the least to the most. Empty: it has none to choose. */
  readonly reasoningLevels: readonly string[];
  readonly speeds: readonly Speed[];
  /** Files with a repository's rules: the first of them that is in the folder it starts in it reads by itself. */
  readonly readsRuleFiles: readonly string[];
  /** It takes an organization's instructions when a conversation opens; for another they stand in the first prompt. */
  readonly takesInstructions: boolean;
  /** Where it looks for skills; null: it knows none. */
  readonly skillFolders: SkillFolders | null;
}

export interface SkillFolders {
  /** Below the folder it starts in: `.claude/skills`. */
  readonly workspace: readonly string[];
  /** Below HOME. */
  readonly home: string;
}

export type ModelFamily = "anthropic" | "openai" | "gemini";

export type HarnessMode = "build" | "plan";

/** Longer lists of commands are cut to it. */
export const maxAvailableCommands = 200;

export type Speed = "normal" | "fast" | "ultrafast";

/** The harnesses that this server knows. */
export interface HarnessCatalogue {
  list(): readonly HarnessInfo[];
}
