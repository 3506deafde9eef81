import type { ForgeName } from "../forge/forge-name.ts";

/** A repository on a forge that an organization has connected. */
export interface Repository {
  readonly id: string;
  readonly organizationId: string;
  readonly forge: ForgeName;
  /** Null for the local forge, which needs none. */
  readonly integrationId: string | null;
  /** The forge's own id, which outlives renames; null for the local forge. */
  readonly externalId: string | null;
  /** May hold "/" where the forge nests groups. */
  readonly owner: string;
  readonly name: string;
  /** The address people use; null means the local forge's own, which follows TEMBO_PUBLIC_URL. */
  readonly connectedUrl: string | null;
  readonly description: string | null;
  readonly defaultBranch: string;
  /** Archived on its forge: nothing can be pushed. */
  readonly isArchived: boolean;
  readonly settings: RepositorySettings;
  readonly enabledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What is set for one repository; null takes the organization's. */
export interface RepositorySettings {
  /** Failed checks on pull requests of sessions are worked. */
  readonly fixesChecks: boolean | null;
  /** Of pull requests that sessions open. */
  readonly labels: readonly string[];
  /** Logins who are asked to review them. */
  readonly reviewers: readonly string[];
  /** What sessions start from, in place of the forge's default branch; null follows the forge. */
  readonly baseBranch: string | null;
}

export const defaultRepositorySettings: RepositorySettings = {
  fixesChecks: null,
  labels: [],
  reviewers: [],
  baseBranch: null,
};
