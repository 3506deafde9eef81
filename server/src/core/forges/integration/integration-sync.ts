/** One look at which repositories a forge has: asked for, then ended well or not. */
export interface IntegrationSync {
  /** The `requestId` of its job. */
  readonly id: string;
  readonly integrationId: string;
  /** Repositories that are new to us are usable at once, whatever the integration's settings say. */
  readonly enablesNew: boolean;
  readonly requestedAt: Date;
  readonly state:
    | { readonly status: "requested" }
    /** `outcome`: a sentence, what came of it. */
    | { readonly status: "succeeded" | "failed"; readonly endedAt: Date; readonly outcome: string };
}
