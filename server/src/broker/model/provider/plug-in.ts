import type { ModelFamily, ModelProvider, OperatorProvider } from "../../../core/access/index.ts";
import type { ProviderMeans, Upstream } from "../upstream.ts";

/** A provider's credential, which belongs to the organization or the operator, and the base URLs that the operator configured. */
export interface Connection extends OperatorProvider {
  readonly family: ModelFamily;
}

/** Everything that a model provider's folder contributes to the product. `plug-ins.ts` registers it. */
export interface ModelProviderPlugIn {
  readonly descriptor: ModelProvider;
  /** Connects to the provider. Throws `invalid_input` if a base URL or the credential is not valid. */
  connect(connection: Connection, means: ProviderMeans): Upstream;
}
