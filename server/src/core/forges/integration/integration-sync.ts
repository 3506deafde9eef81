/** A sync of the list of repositories from a forge: requested, then succeeded or failed. */
export interface IntegrationSync {
  /** The `requestId` of its job. */
  readonly id: string;
  readonly integrationId: string;
  /** True to enable new repositories immediately, regardless of the integration's settings. */
  readonly enablesNew: boolean;
  readonly requestedAt: Date;
  readonly state:
    | { readonly status: "requested" }
    /** `outcome` describes the result. */
    | { readonly status: "succeeded" | "failed"; readonly endedAt: Date; readonly outcome: string };
}
