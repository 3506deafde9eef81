/** A sync of the repository list from a forge. It is requested first, and then succeeds or fails. */
export interface IntegrationSync {
  /** The `requestId` of the sync's job. */
  readonly id: string;
  readonly integrationId: string;
  /** True if the sync enables new repositories immediately, regardless of the integration's settings. */
  readonly enablesNew: boolean;
  readonly requestedAt: Date;
  readonly state:
    | { readonly status: "requested" }
    /** `outcome` is a sentence that describes the result. */
    | { readonly status: "succeeded" | "failed"; readonly endedAt: Date; readonly outcome: string };
}
