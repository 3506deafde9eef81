// Public limits, each defined once. The SDK is installed without the contract, so it has a generated copy
// (sdk/src/limits.ts). docs/reference/limits.md is generated from `limits`. This file imports nothing, so that every
// layer can load it alone.

const mebibyte = 1024 ** 2;

/** Maximum length of a text field in an event, in characters. Longer texts are truncated. */
export const maxEventTextLength = 16_000;
/** Maximum length of a question from an agent to a person, in characters. */
export const maxQuestionLength = 16_000;
export const maxAttachmentBytes = 10 * mebibyte;
export const maxAttachmentsPerMessage = 20;
/** Maximum total size of an organization's attachments, in bytes. */
export const maxAttachmentBytesPerOrganization = 10 * 1024 * mebibyte;
/** Maximum size of one repository's patch in a session's diff, in bytes. */
export const maxPatchBytes = 10 * mebibyte;
/** Minimum number of attempts at one task, if there are several. */
export const minSessionAttempts = 2;
/** Maximum number of attempts at one task. */
export const maxSessionAttempts = 4;
/** Maximum number of published ports per session. */
export const maxPreviewsPerSession = 16;
/** Time for which prepared work waits for its session, in minutes. A repeated request extends it. */
export const preparationWaitMinutes = 2;
/** Maximum age of prepared work, in minutes, however often it is extended. */
export const maxPreparationMinutes = 10;
/** Maximum number of unused preparations in an organization. Each person has at most one. */
export const maxPreparationsPerOrganization = 10;
/** Maximum number of valid share links per preview. */
export const maxSharesPerPreview = 20;
/** Longest lifetime of a share link, in minutes. The server's setting can only reduce it. */
export const maxPreviewShareMinutes = 30 * 24 * 60;
/**
 * Value of the `cloneDepth` setting for the complete history. git defines the same value as an infinite depth
 * (git-fetch-pack(1), `--depth`).
 */
export const wholeHistory = 2_147_483_647;
/** Maximum number of labels that a session or a project requests. */
export const maxLabels = 10;
/** Maximum number of labels of a worker. */
export const maxWorkerLabels = 50;
/** Maximum length of a label. */
export const maxLabelLength = 63;
/** Form of a label of a worker, such as `gpu` or `arch=arm64`. */
export const labelPattern = /^[a-z0-9][a-z0-9._-]*(=[a-z0-9][a-z0-9._-]*)?$/;
/** Sandbox sizes, from smallest to largest. */
export const sandboxSizes = ["nano", "micro", "small", "medium", "large", "xl"] as const;
export type SandboxSize = (typeof sandboxSizes)[number];
/** Sizes that a project may offer, from smallest to largest. `small` has the same resources as `micro`. */
export const projectSizes = ["nano", "micro", "medium", "large", "xl"] as const;
export type ProjectSize = (typeof projectSizes)[number];
export const projectIcons = [
  "folder",
  "code",
  "terminal",
  "book",
  "brain",
  "bug",
  "building",
  "cloud",
  "globe",
  "idea",
  "tools",
  "magic",
  "processor",
  "sandbox",
  "server",
  "tasks",
  "tactics",
  "images",
  "database",
  "api",
  "mobile",
  "package",
] as const;
export const projectColors = [
  "neutral",
  "red",
  "orange",
  "yellow",
  "green",
  "teal",
  "blue",
  "purple",
  "pink",
] as const;
/** Maximum number of projects in an organization, without deleted ones. */
export const maxProjects = 200;
export const maxProjectRepositories = 100;
export const maxProjectServices = 20;
export const maxProjectVariables = 100;
/** Maximum number of build schedules in a project. Disabled ones count. */
export const maxProjectSchedules = 10;
/** Maximum length of a project's setup script, start script and agent instructions, in characters each. */
export const maxProjectScriptLength = 20_000;
/** Maximum size of a build's log, in bytes. */
export const maxBuildLogBytes = mebibyte;
/** Maximum size of the log of a service in a session, in bytes. */
export const maxServiceLogBytes = mebibyte;
/** Maximum number of entries of a workspace folder in one response. */
export const maxWorkspaceFolderPage = 500;
/** Maximum number of entries of a workspace folder that are read and sorted. */
export const maxWorkspaceFolderEntries = 10_000;
/** Maximum size of a workspace file that is shown or saved as text, in bytes. */
export const maxWorkspaceFileBytes = mebibyte;

export interface Limit {
  readonly value: number;
  readonly unit:
    | "bytes"
    | "characters"
    | "attachments"
    | "attempts"
    | "previews"
    | "preparations"
    | "links"
    | "minutes"
    | "projects"
    | "repositories"
    | "services"
    | "variables"
    | "schedules"
    | "entries";
  /** Description of the limit and of the effect of exceeding it, for the reference. */
  readonly summary: string;
}

export const limits: Readonly<Record<string, Limit>> = {
  maxEventTextLength: {
    value: maxEventTextLength,
    unit: "characters",
    summary: "Length of a text field in an event, such as a tool's output. Longer texts are truncated.",
  },
  maxQuestionLength: {
    value: maxQuestionLength,
    unit: "characters",
    summary:
      "Length of a question from the agent to a person. A longer question is rejected, and the agent receives the reason.",
  },
  maxAttachmentBytes: {
    value: maxAttachmentBytes,
    unit: "bytes",
    summary: "Size of an attachment or of an artifact's file. A larger upload is rejected with 400.",
  },
  maxAttachmentsPerMessage: {
    value: maxAttachmentsPerMessage,
    unit: "attachments",
    summary: "Number of attachments per message. A message with more attachments is rejected with 400.",
  },
  maxAttachmentBytesPerOrganization: {
    value: maxAttachmentBytesPerOrganization,
    unit: "bytes",
    summary:
      "Total size of an organization's attachments. Further uploads are rejected with 409 until others are deleted.",
  },
  maxPatchBytes: {
    value: maxPatchBytes,
    unit: "bytes",
    summary:
      "Size of the patch for one repository. A larger patch is truncated after the last complete file that fits, and `isComplete` is false.",
  },
  maxSessionAttempts: {
    value: maxSessionAttempts,
    unit: "attempts",
    summary: "Number of sessions that attempt the same task. A request for more is rejected with 400.",
  },
  maxPreviewsPerSession: {
    value: maxPreviewsPerSession,
    unit: "previews",
    summary:
      "Number of published ports per session. A further port is rejected with 409 until one is removed.",
  },
  preparationWaitMinutes: {
    value: preparationWaitMinutes,
    unit: "minutes",
    summary: "Time for which prepared work waits for its session. A repeated request extends it.",
  },
  maxPreparationMinutes: {
    value: maxPreparationMinutes,
    unit: "minutes",
    summary: "Age of prepared work, however often it is extended. Afterward, it is discarded.",
  },
  maxPreparationsPerOrganization: {
    value: maxPreparationsPerOrganization,
    unit: "preparations",
    summary: "Number of unused preparations per organization. Beyond it, a request prepares nothing.",
  },
  maxSharesPerPreview: {
    value: maxSharesPerPreview,
    unit: "links",
    summary:
      "Number of valid share links per preview. A further link is rejected with 409 until one is revoked.",
  },
  maxPreviewShareMinutes: {
    value: maxPreviewShareMinutes,
    unit: "minutes",
    summary: "Lifetime of a share link. A longer lifetime is rejected with 400.",
  },
  maxProjects: {
    value: maxProjects,
    unit: "projects",
    summary:
      "Number of projects per organization, without deleted ones. Another project is rejected with 409.",
  },
  maxProjectRepositories: {
    value: maxProjectRepositories,
    unit: "repositories",
    summary: "Number of repositories per project. A larger list is rejected with 400.",
  },
  maxProjectServices: {
    value: maxProjectServices,
    unit: "services",
    summary: "Number of services per project. A larger list is rejected with 400.",
  },
  maxProjectVariables: {
    value: maxProjectVariables,
    unit: "variables",
    summary: "Number of environment variables per project. Another variable is rejected with 409.",
  },
  maxProjectSchedules: {
    value: maxProjectSchedules,
    unit: "schedules",
    summary:
      "Number of build schedules per project, with disabled ones. Another schedule is rejected with 409.",
  },
  maxProjectScriptLength: {
    value: maxProjectScriptLength,
    unit: "characters",
    summary:
      "Length of a project's setup script, start script or agent instructions. A longer text is rejected with 400.",
  },
  maxBuildLogBytes: {
    value: maxBuildLogBytes,
    unit: "bytes",
    summary: "Size of a build's log. The rest of a longer log is omitted, and the last line says so.",
  },
  maxServiceLogBytes: {
    value: maxServiceLogBytes,
    unit: "bytes",
    summary: "Size of a service's log in a session. The beginning of a longer log is removed.",
  },
  maxWorkspaceFolderPage: {
    value: maxWorkspaceFolderPage,
    unit: "entries",
    summary: "Entries of a workspace folder in one response. `nextCursor` requests the next ones.",
  },
  maxWorkspaceFolderEntries: {
    value: maxWorkspaceFolderEntries,
    unit: "entries",
    summary: "Entries of a workspace folder that can be listed. The others are missing, and `isCut` is true.",
  },
  maxWorkspaceFileBytes: {
    value: maxWorkspaceFileBytes,
    unit: "bytes",
    summary: "Size of a workspace file that is shown as text. A larger file has no `content`.",
  },
};
