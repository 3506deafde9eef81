import type { ModelFamily } from "../harness/harness-info.ts";
import type { ProviderCredential } from "./provider.ts";

export interface ShortQuestion {
  /** Protocol of the request. */
  readonly family: ModelFamily;
  /** Name of a registered provider that serves the family. */
  readonly provider: string;
  /** The organization's credential, or null to use the operator's. */
  readonly credential: ProviderCredential | null;
  /** Name of the model in the catalog. */
  readonly model: string;
}

/** Asks models outside sessions. */
export interface ModelAsker {
  /**
   * Requests the shortest response from a model, once. Throws `invalid_input` if no credential is configured or a base
   * URL is not valid, or `unreachable` if no successful response arrives before the signal aborts.
   */
  askModel(question: ShortQuestion, signal: AbortSignal): Promise<void>;
}
