import type { AccessPorts } from "../ports.ts";
import { type ModelProvider, modelProviders } from "./provider.ts";
import { isOwnProvider } from "./provider-credential.ts";

/** The providers that sessions of an organization get in at. */
export interface ProviderAccess {
  /** By the organization's own credential, which goes before the operator's. */
  readonly own: ReadonlySet<ModelProvider>;
  readonly operator: ReadonlySet<ModelProvider>;
}

export async function loadProviderAccess(
  { store, settings }: Pick<AccessPorts, "store" | "settings">,
  organizationId: string,
): Promise<ProviderAccess> {
  const names = await store.secrets.credentialNames(organizationId, "provider");
  return {
    own: new Set(modelProviders.filter((provider) => isOwnProvider(provider, names))),
    operator: new Set(settings.operatorProviders),
  };
}

export const canReach = ({ own, operator }: ProviderAccess, provider: ModelProvider) =>
  own.has(provider) || operator.has(provider);
