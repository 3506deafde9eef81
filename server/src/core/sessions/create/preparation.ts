import type { SessionRequest } from "./session-request.ts";

/** Work that a worker prepares while a person types, for a session or a message that may follow. */
export interface Preparation {
  /** ID of the session that takes over the work. For a reply, the session exists already. */
  readonly id: string;
  readonly organizationId: string;
  /** ID of the person who types, or null once a session has used the work or another preparation has replaced it. */
  readonly userId: string | null;
  /** ID of the API key or sign-in that requested the preparation. */
  readonly keyId: string;
  /** Reserved number of the new session, or null for a reply. */
  readonly sessionNumber: number | null;
  /** SHA-256 of the options that the work was prepared for. */
  readonly fingerprint: Buffer;
  /** Options of the new session, or null for a reply. */
  readonly request: PreparedOptions | null;
  /** Labels that the machine must have. */
  readonly runsOn: readonly string[];
  /** ID of the worker that prepares the work, or null until a worker has claimed it. */
  readonly workerId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Time at which a session took over the work, or null. */
  readonly usedAt: Date | null;
}

/** Options of a new session that are known before its prompt. */
export type PreparedOptions = Pick<
  SessionRequest,
  | "agent"
  | "repositoryUrls"
  | "repositoryIds"
  | "targetBranch"
  | "baseBranch"
  | "branchName"
  | "sandboxSize"
  | "projectId"
  | "isProjectCopied"
  | "agentOptions"
  | "egress"
  | "runsOn"
  | "mcpServers"
>;

/** Text in place of the prompt, which is not known yet. No program and no model receives it. */
export const unknownPrompt = "-";
