import type { AccessPorts } from "../ports.ts";
import { isOwnProvider } from "./provider-credential.ts";

/** Providers for which an organization's sessions have a credential. */
export interface ProviderAccess {
  /**
   * Providers for which the organization has a credential. The organization's credential takes precedence over the
   * operator's.
   */
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
