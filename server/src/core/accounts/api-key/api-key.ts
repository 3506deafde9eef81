/** A person's API key in an organization. Only the SHA-256 of its token is stored. */
export interface ApiKey {
  readonly id: string;
  readonly organizationId: string;
  readonly userId: string;
  readonly name: string | null;
  /** First characters of the token, so that people can recognize the key. */
  readonly tokenPreview: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastUsedAt: Date | null;
}
