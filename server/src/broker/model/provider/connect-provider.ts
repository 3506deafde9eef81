import {
  describeMissing,
  getModelProvider,
  isConfigured,
  type ModelFamily,
  type ModelProvider,
  type OperatorProvider,
  type ProviderCredential,
} from "../../../core/access/index.ts";
import { AppError } from "../../../core/base/index.ts";
import type { ProviderMeans, Upstream } from "../upstream.ts";
import { modelProviderPlugIns, modelProviders } from "./plug-ins.ts";

/**
 * The operator's credentials and base URLs, by provider name. A provider that is not listed has no credential and uses its default URLs.
 */
export type Providers = Readonly<Record<string, OperatorProvider>>;

/**
 * Connects with the organization's credential, or with the operator's credential if the organization has none. Throws `invalid_input` if the
 * provider requires a credential and neither is configured, or if a base URL or the credential is not valid.
 */
export function connectProvider(
  { family, provider }: { readonly family: ModelFamily; readonly provider: string },
  own: ProviderCredential | null,
  providers: Providers,
  means: ProviderMeans,
): Upstream {
  const descriptor = getModelProvider(modelProviders, provider);
  const plugIn = modelProviderPlugIns.find((candidate) => candidate.descriptor === descriptor)!;
  const operator = operatorProvider(descriptor, providers);
  const credential = own ?? operator.credential;
  if (credential === null && !descriptor.mayNeedNoCredential) throw missing(descriptor);
  return plugIn.connect({ family, credential, addresses: operator.addresses }, means);
}

/**
 * Throws `invalid_input` if the operator has not configured the provider: neither a credential nor, for a provider that may need no credential,
 * a base URL other than the default.
 */
export function requireOperatorKey(provider: string, providers: Providers): void {
  const descriptor = getModelProvider(modelProviders, provider);
  if (!isConfigured(descriptor, operatorProvider(descriptor, providers))) throw missing(descriptor);
}

function operatorProvider(descriptor: ModelProvider, providers: Providers): OperatorProvider {
  const given = providers[descriptor.name];
  if (given !== undefined) return given;
  const addresses = Object.entries(descriptor.addresses).map(([name, { fallback }]) => [name, fallback]);
  return { credential: null, addresses: Object.fromEntries(addresses) };
}

const missing = (provider: ModelProvider) => new AppError("invalid_input", describeMissing(provider));
