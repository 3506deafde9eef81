import type { ForgeName } from "../forge/forge-name.ts";

/** A repository on a forge that an organization has connected. */
export interface Repository {
  readonly id: string;
  readonly organizationId: string;
  readonly forge: ForgeName;
  /** The integration, or null for the local forge, which needs none. */
  readonly integrationId: string | null;
  /** The forge's own id, which survives renames, or null for the local forge. */
  readonly externalId: string | null;
  /** Owner, which may contain "/" on forges with nested groups. */
  readonly owner: string;
  readonly name: string;
  /** The address that people use, or null for the address on the local forge, which follows TEMBO_PUBLIC_URL. */
  readonly connectedUrl: string | null;
  readonly description: string | null;
  readonly defaultBranch: string;
  /** True if it is archived on its forge and accepts no pushes. */
  readonly isArchived: boolean;
  readonly settings: RepositorySettings;
  readonly enabledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface RepositorySettings {
  /** True if sessions fix failed checks on their pull requests. Null uses the organization's setting. */
  readonly fixesChecks: boolean | null;
  /** Labels of pull requests that sessions open. */
  readonly labels: readonly string[];
  /** Logins to request as reviewers of these pull requests. */
  readonly reviewers: readonly string[];
  /** Branch that sessions start from instead of the forge's default branch. Null follows the forge. */
  readonly baseBranch: string | null;
}

export const defaultRepositorySettings: RepositorySettings = {
  fixesChecks: null,
  labels: [],
  reviewers: [],
  baseBranch: null,
};
