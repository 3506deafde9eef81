import type { McpServer } from "../mcp-connection/mcp-server.ts";

export interface HarnessInfo {
  /** Name in the API. */
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  readonly defaultModel: string;
  /** Family whose protocol the harness prefers, except for models of `otherFamilies`. */
  readonly modelFamily: ModelFamily;
  /** Other families whose protocols the harness supports. It prefers each for models of that family. */
  readonly otherFamilies?: readonly ModelFamily[];
  readonly isInstalled: boolean;
  /**
   * True if the installed packages differ from the versions that this release pins. Tembo reinstalls the harness before
   * its next use.
   */
  readonly isOutdated?: true | undefined;
  /**
   * The vendor's service that processes the prompts. If absent, a model provider behind the model gateway processes
   * them.
   */
  readonly service?: HarnessService;
  /**
   * Reason why the harness cannot start on this server, and how to fix it. Absent if the harness can start, or only
   * needs to be installed first.
   */
  readonly missing?: string | undefined;
  /** True if the operator, not Tembo, installs the harness's program. */
  readonly isProgram?: true;
  readonly capabilities: HarnessCapabilities;
  /** Files for this harness in users' repositories. Absent if there are none. */
  readonly repositoryFiles?: RepositoryFiles;
  /**
   * Names of files at the root of a repository, other than hidden ones, with which the harness may start programs when
   * it opens a conversation. Absent if they are unknown.
   */
  readonly startFiles?: readonly string[];
  /** True if the harness can start before its workspace and HOME are filled. */
  readonly startsEarly?: boolean;
}

/** Files for a harness that users keep in their repositories. Paths are relative to the repository's root. */
export interface RepositoryFiles {
  /** Folders that contain skills. Tembo makes these skills available to every harness. */
  readonly skillFolders: readonly string[];
  /** Folder that contains the harness's commands, with a trailing slash, and the extension of the command files. */
  readonly commands?: { readonly folder: string; readonly ending: string };
}

/**
 * A service of a harness's vendor. The harness sends requests through the egress proxy, which replaces a placeholder
 * with the key.
 */
export interface HarnessService {
  /** Name of the organization setting that holds the key. */
  readonly keySetting: string;
  /**
   * Environment variable from which the harness reads its key. A secret with that name takes precedence over the
   * setting.
   */
  readonly keyVariable: string;
  /** Hosts that receive the key as `Authorization: Bearer`, in egress rule syntax. */
  readonly keyHosts: readonly string[];
  /** Other hosts that the harness connects to. */
  readonly otherHosts: readonly string[];
}

export interface HarnessCapabilities {
  /**
   * True if the harness accepts text while it processes a prompt. Otherwise, Tembo cancels the prompt and resumes it
   * with the text.
   */
  readonly canSteer: boolean;
  /** True if the harness requests permission for actions that its mode does not permit. */
  readonly asksPermission: boolean;
  readonly takesImages: boolean;
  /** Transports that the harness supports for MCP servers passed at the start of a conversation. */
  readonly mcpTransports: readonly McpServer["transport"][];
  /** Reasoning levels by their API names, from lowest to highest. Empty if the harness offers no choice. */
  readonly reasoningLevels: readonly string[];
  readonly speeds: readonly Speed[];
  /**
   * Names of rule files in a repository, in order of preference. The harness reads the first one that exists in its
   * working directory.
   */
  readonly readsRuleFiles: readonly string[];
  /**
   * True if the harness accepts the organization's instructions at the start of a conversation. Otherwise, Tembo adds
   * them to the first prompt.
   */
  readonly takesInstructions: boolean;
  /** Folders from which the harness loads skills, or null if it does not support skills. */
  readonly skillFolders: SkillFolders | null;
}

export interface SkillFolders {
  /** Paths relative to the harness's working directory, such as `.claude/skills`. */
  readonly workspace: readonly string[];
  /** Path relative to `HOME`. */
  readonly home: string;
}

export type ModelFamily = "anthropic" | "openai" | "gemini";

export type HarnessMode = "build" | "plan";

/** Maximum number of available commands. Longer lists are truncated. */
export const maxAvailableCommands = 200;

export type Speed = "normal" | "fast" | "ultrafast";

export interface HarnessCatalog {
  /** Lists the harnesses. Reading `isInstalled`, `isOutdated` or `missing` looks at their files, each time. */
  list(): readonly HarnessInfo[];
}
