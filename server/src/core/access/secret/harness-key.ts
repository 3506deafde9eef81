import type { EgressRule } from "../egress/egress-policy.ts";
import { parseEgressRule } from "../egress/parse-egress-rule.ts";
import type { HarnessService } from "../harness/harness-info.ts";
import type { AccessPorts } from "../ports.ts";
import { findCredentialValue } from "./credential.ts";
import type { SessionSecrets } from "./load-session-secrets.ts";
import type { SecretPorts } from "./secret-ports.ts";

/** Placeholder that the harness gets instead of its key. The egress proxy recognizes and replaces it. */
export const keyPlaceholder = "tembo-adds-the-key-outside";

/** Names that an organization stores: its settings and the keys of its secrets. */
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

/** Additional secrets and rules for a turn whose harness uses a service of its vendor. */
export interface HarnessKey {
  readonly secrets: SessionSecrets;
  /** Hosts of the service. The turn may reach them without an entry in the allowlist. Empty without a key. */
  readonly rules: readonly EgressRule[];
}

/**
 * Adds the harness's key to the secrets of a turn: a placeholder inside the sandbox, and the key outside. A secret with
 * the variable's name takes precedence over the setting. Without a binding, that secret is the variable itself. Throws
 * the errors of the vault.
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
