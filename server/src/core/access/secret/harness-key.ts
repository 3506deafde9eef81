import type { EgressRule } from "../egress/egress-policy.ts";
import { parseEgressRule } from "../egress/parse-egress-rule.ts";
import type { HarnessService } from "../harness/harness-info.ts";
import type { AccessPorts } from "../ports.ts";
import { findCredentialValue } from "./credential.ts";
import type { SessionSecrets } from "./load-session-secrets.ts";
import type { SecretPorts } from "./secret-ports.ts";

/** What the harness has in the place of its key. The egress door knows it again. */
export const keyPlaceholder = "tembo-adds-the-key-outside";

/** By name, what an organization keeps: a setting, or a secret of the variable's name. */
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

/** A sentence that says what to give, so that the harness can be used. */
export function describeMissingKey(displayName: string, { keySetting }: HarnessService): string {
  return `No API key for ${displayName} is configured. Add one under Settings → Models or with "tembo settings set ${keySetting}".`;
}

/** What a turn of a harness with a service of its own works with besides. */
export interface HarnessKey {
  readonly secrets: SessionSecrets;
  /** Hosts of the service, which are reachable without being allowed besides. Empty without a key. */
  readonly rules: readonly EgressRule[];
}

/**
 * Adds the harness's key to what a turn works with: a placeholder inside, and the key outside in its place. A secret of the variable's name, which a
 * person made, goes before the setting: without a binding it is the variable itself. Throws what the vault throws.
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
