import type { ModelFamily, ModelProvider, OperatorProvider } from "../../../core/access/index.ts";
import type { ProviderMeans, Upstream } from "../upstream.ts";

/** Credential of a provider, from the organization or the operator, and the addresses that the operator chose. */
export interface Connection extends OperatorProvider {
  readonly family: ModelFamily;
}

/** Everything that a model provider's folder adds to the product. `plug-ins.ts` registers it. */
export interface ModelProviderPlugIn {
  readonly descriptor: ModelProvider;
  /** Throws `invalid_input` for an address or a credential that cannot be used. */
  connect(connection: Connection, means: ProviderMeans): Upstream;
}
