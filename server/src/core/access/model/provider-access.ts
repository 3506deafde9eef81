import type { AccessPorts } from "../ports.ts";
import { isOwnProvider } from "./provider-credential.ts";

/** The providers for which sessions of an organization have a credential. */
export interface ProviderAccess {
  /** Providers with a credential of the organization, which takes precedence over the operator's. */
  readonly own: ReadonlySet<string>;
  readonly operator: ReadonlySet<string>;
}

export async function loadProviderAccess(
  { store, settings, modelProviders }: Pick<AccessPorts, "store" | "settings" | "modelProviders">,
  organizationId: string,
): Promise<ProviderAccess> {
  const names = await store.secrets.credentialNames(organizationId, "provider");
  return {
    own: new Set(modelProviders.filter((provider) => isOwnProvider(provider, names)).map(({ name }) => name)),
    operator: new Set(settings.operatorProviders),
  };
}

export const canReach = ({ own, operator }: ProviderAccess, provider: string) =>
  own.has(provider) || operator.has(provider);
