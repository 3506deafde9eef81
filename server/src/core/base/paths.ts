import { join } from "node:path";

/** Builds paths in the data folder. */
export const paths = {
  mirror: (dataDir: string, repositoryId: string) => join(dataDir, "mirrors", `${repositoryId}.git`),
  session: (dataDir: string, sessionId: string) => join(dataDir, "sessions", sessionId),
  workspace: (dataDir: string, sessionId: string) => join(dataDir, "sessions", sessionId, "workspace"),
  home: (dataDir: string, sessionId: string) => join(dataDir, "sessions", sessionId, "home"),
  /**
   * Folder of a repository that an environment brought, until it becomes the checkout, and the record of that. No sandbox
   * can change it.
   */
  environment: (dataDir: string, sessionId: string, directory: string) =>
    join(paths.environments(dataDir, sessionId), directory),
  environments: (dataDir: string, sessionId: string): string =>
    join(dataDir, "sessions", sessionId, "environment"),
  /** ID under which an attempt at a build has its files. */
  building: ({ buildId, attempt }: { readonly buildId: string; readonly attempt: number }) =>
    `${buildId}.${attempt}`,
  /** Folder with the files of all sessions and builds. */
  sessions: (dataDir: string) => join(dataDir, "sessions"),
  /** ID under which a sandbox restores a session's files from an environment. */
  restoring: (sessionId: string) => `${sessionId}.env`,
  /** ID under which a worker's sandbox unpacks a copy of an environment. */
  copying: (workerId: string) => `${workerId}.copy`,
  /** Folder of the copies of environments from which sessions start. */
  copies: (dataDir: string) => join(dataDir, "copies"),
  /** Folder for the parts of a session that are being removed. */
  removed: (dataDir: string, sessionId: string) => join(dataDir, "sessions", sessionId, "removed"),
  /** Folder of a whole session that is being removed. */
  purged: (dataDir: string, sessionId: string) => join(dataDir, "sessions", `${sessionId}.removed`),
  /**
   * Folder for the forwarded sockets of a session's sandbox. Its path is short, because a socket path is limited to 107
   * bytes.
   */
  sockets: (dataDir: string, sessionId: string) => join(dataDir, "run", sessionId),
  /** Folder with the forwarded sockets of all sandboxes. */
  allSockets: (dataDir: string) => join(dataDir, "run"),
  capture: (dataDir: string, sessionId: string, directory: string) =>
    join(dataDir, "sessions", sessionId, "capture", `${directory}.git`),
  /** Folder of a session's capture repositories. */
  captures: (dataDir: string, sessionId: string) => join(dataDir, "sessions", sessionId, "capture"),
  gitScratch: (dataDir: string, sessionId: string) => join(dataDir, "sessions", sessionId, "pushed"),
  localRepository: (dataDir: string, owner: string, name: string) =>
    join(dataDir, "forge", owner, `${name}.git`),
  /** Folder in which earlier versions stored attachments by their SHA-256. */
  oldAttachments: (dataDir: string) => join(dataDir, "attachments"),
  blobs: (dataDir: string) => join(dataDir, "blobs"),
  /** File with the master keys, unless the settings name another one. */
  masterKey: (dataDir: string) => join(dataDir, "master.key"),
  harnesses: (dataDir: string) => join(dataDir, "harnesses"),
} as const;
