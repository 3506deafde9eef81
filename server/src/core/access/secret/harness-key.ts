import type { EgressRule } from "../egress/egress-policy.ts";
import { parseEgressRule } from "../egress/parse-egress-rule.ts";
import type { HarnessService } from "../harness/harness-info.ts";
import type { AccessPorts } from "../ports.ts";
import { findCredentialValue } from "./credential.ts";
import type { SessionSecrets } from "./load-session-secrets.ts";
import type { SecretPorts } from "./secret-ports.ts";

/** Placeholder that the harness receives instead of its key. The egress proxy replaces it with the key. */
export const keyPlaceholder = "tembo-adds-the-key-outside";

/** Names of the provider settings and secrets for which an organization stores a value. */
export interface KeptNames {
  readonly settings: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
}

export async function loadKeptNames(
  { store }: Pick<AccessPorts, "store">,
  organizationId: string,
): Promise<KeptNames> {
  const [settings, secrets] = await Promise.all([
    store.secrets.credentialNames(organizationId, "provider"),
    store.secrets.listSealed(organizationId),
  ]);
  return { settings: new Set(settings), secrets: new Set(secrets.map(({ secret }) => secret.key)) };
}

export const hasServiceKey = (
  { keySetting, keyVariable }: HarnessService,
  { settings, secrets }: KeptNames,
) => settings.has(keySetting) || secrets.has(keyVariable);

/** Explains that the harness has no key, and where to add one. */
export function describeMissingKey(displayName: string, { keySetting }: HarnessService): string {
  return `No API key for ${displayName} is configured. Add one under Settings → Models or with "tembo settings set ${keySetting}".`;
}

/** Secrets and egress rules for a turn whose harness uses its vendor's service. */
export interface HarnessKey {
  readonly secrets: SessionSecrets;
  /**
   * The service's hosts, which the turn may reach without an entry in the allowlist. Empty if there is no service or no
   * key.
   */
  readonly rules: readonly EgressRule[];
}

/**
 * Adds the harness's key to a turn's secrets. The sandbox receives a placeholder, and the egress proxy receives the
 * key. A secret with the variable's name takes precedence over the setting. If that secret has no header injection
 * rule, the sandbox receives its value as the variable. Throws `internal` if the setting's value cannot be decrypted.
 */
export async function withHarnessKey(
  ports: Pick<SecretPorts, "store" | "vault">,
  organizationId: string,
  { secrets, service }: { readonly secrets: SessionSecrets; readonly service: HarnessService | undefined },
): Promise<HarnessKey> {
  if (service === undefined) return { secrets, rules: [] };
  const { keySetting, keyVariable, keyHosts, otherHosts } = service;
  const rules = [...keyHosts, ...otherHosts].map(parseEgressRule);
  if (keyVariable in secrets.environment) return { secrets, rules };
  const environment = { ...secrets.environment, [keyVariable]: keyPlaceholder };
  if (secrets.values.some(({ key }) => key === keyVariable))
    return { secrets: { ...secrets, environment }, rules };
  const name = { kind: "provider", name: keySetting } as const;
  const value = await findCredentialValue(ports, organizationId, name);
  if (value === null) return { secrets, rules: [] };
  const bound = {
    value,
    header: "authorization",
    prefix: "Bearer ",
    rules: keyHosts.map(parseEgressRule),
    inPlaceOf: keyPlaceholder,
  };
  return {
    secrets: {
      environment,
      bound: [...secrets.bound, bound],
      values: [...secrets.values, { key: keySetting, value }],
    },
    rules,
  };
}
