import type { McpServer } from "../mcp-connection/mcp-server.ts";

export interface HarnessInfo {
  /** Name in the API. */
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  readonly defaultModel: string;
  /** The family whose protocol the harness speaks to every model outside `otherFamilies`. */
  readonly modelFamily: ModelFamily;
  /** Further families whose protocols the harness speaks, each only to models of that family. */
  readonly otherFamilies?: readonly ModelFamily[];
  readonly isInstalled: boolean;
  /**
   * True if the installed packages differ from the versions that this release pins. The harness is reinstalled before
   * its next use.
   */
  readonly isOutdated?: true;
  /** Service of the vendor that processes the prompts. Without it, a model provider behind the model gateway does. */
  readonly service?: HarnessService;
  /**
   * Reason why the harness cannot start here, and what to do about it. Absent if it can start, or only needs to be
   * installed first.
   */
  readonly missing?: string;
  /** True for a program that the operator installs instead of Tembo. */
  readonly isProgram?: true;
  readonly capabilities: HarnessCapabilities;
  /** Absent if users keep no files for this harness in their repositories. */
  readonly repositoryFiles?: RepositoryFiles;
}

/** Files that users of a harness keep for it in their repositories. Paths are relative to the repository's root. */
export interface RepositoryFiles {
  /** Folders that contain skills. Their skills are made available to every harness. */
  readonly skillFolders: readonly string[];
  /** Folder of the harness's commands, with a trailing slash, and the extension of the command files. */
  readonly commands?: { readonly folder: string; readonly ending: string };
}

/**
 * A service of a harness's vendor. The harness reaches it through the egress proxy, which replaces a placeholder with
 * the key.
 */
export interface HarnessService {
  /** Name of the organization setting that holds the key. */
  readonly keySetting: string;
  /**
   * Environment variable from which the harness reads its key. A secret of that name takes precedence over the setting.
   */
  readonly keyVariable: string;
  /** Hosts to which the key is sent as `Authorization: Bearer`, in egress rule syntax. */
  readonly keyHosts: readonly string[];
  /** Other hosts that the harness needs to reach. */
  readonly otherHosts: readonly string[];
}

/** Features that a harness supports. A message that requires an unsupported feature is rejected when it is sent. */
export interface HarnessCapabilities {
  /**
   * True if the harness accepts text while it works on a prompt. Otherwise, the prompt is canceled and resumed with the
   * text.
   */
  readonly canSteer: boolean;
  /** True if the harness requests permission for everything that its mode does not permit. */
  readonly asksPermission: boolean;
  readonly takesImages: boolean;
  /** Transports to MCP servers that are named when a conversation opens. */
  readonly mcpTransports: readonly McpServer["transport"][];
  /** Names in the API, from lowest to highest. Empty if the harness offers no choice. */
  readonly reasoningLevels: readonly string[];
  readonly speeds: readonly Speed[];
  /**
   * Rule files of a repository, in order of preference. The harness reads the first that exists in its working
   * directory.
   */
  readonly readsRuleFiles: readonly string[];
  /**
   * True if the harness accepts the organization's instructions when a conversation opens. Otherwise, the first prompt
   * includes them.
   */
  readonly takesInstructions: boolean;
  /** Folders in which the harness looks for skills, or null if it does not support skills. */
  readonly skillFolders: SkillFolders | null;
}

export interface SkillFolders {
  /** Relative to the harness's working directory: `.claude/skills`. */
  readonly workspace: readonly string[];
  /** Relative to `HOME`. */
  readonly home: string;
}

export type ModelFamily = "anthropic" | "openai" | "gemini";

export type HarnessMode = "build" | "plan";

/** Maximum length of a list of commands. Longer lists are truncated. */
export const maxAvailableCommands = 200;

export type Speed = "normal" | "fast" | "ultrafast";

/** The harnesses that are registered on this server. */
export interface HarnessCatalog {
  list(): readonly HarnessInfo[];
}
