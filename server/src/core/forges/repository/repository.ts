import type { ForgeName } from "../forge/forge-name.ts";

/** A forge's repository that an organization has connected. */
export interface Repository {
  readonly id: string;
  readonly organizationId: string;
  readonly forge: ForgeName;
  /** Integration, or null for the built-in forge, which needs none. */
  readonly integrationId: string | null;
  /** The forge's own ID, which does not change on a rename, or null for the built-in forge. */
  readonly externalId: string | null;
  /** Owner, which may contain "/" on forges with nested groups. */
  readonly owner: string;
  readonly name: string;
  /** URL that people use, or null for the built-in forge, whose URLs follow TEMBO_PUBLIC_URL. */
  readonly connectedUrl: string | null;
  readonly description: string | null;
  readonly defaultBranch: string;
  /** True if the repository is archived on its forge and accepts no pushes. */
  readonly isArchived: boolean;
  readonly settings: RepositorySettings;
  readonly enabledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface RepositorySettings {
  /** True if sessions fix failed checks on their pull requests, or null to use the organization's setting. */
  readonly fixesChecks: boolean | null;
  /** Labels for pull requests that sessions open. */
  readonly labels: readonly string[];
  /** Logins of the reviewers to request for these pull requests. */
  readonly reviewers: readonly string[];
  /** Branch that sessions start from, or null for the forge's default branch. */
  readonly baseBranch: string | null;
}

export const defaultRepositorySettings: RepositorySettings = {
  fixesChecks: null,
  labels: [],
  reviewers: [],
  baseBranch: null,
};
