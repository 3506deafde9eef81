/** A repository on a forge that an organization has connected. */
export interface Repository {
  readonly id: string;
  readonly organizationId: string;
  readonly forge: string;
  readonly owner: string;
  readonly name: string;
  /** The address people use; null means the local forge's own, which follows TEMBO_PUBLIC_URL. */
  readonly connectedUrl: string | null;
  readonly description: string | null;
  readonly defaultBranch: string;
  readonly enabledAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
