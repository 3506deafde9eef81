import { getOrganization, type Organization } from "../../accounts/index.ts";
import { AppError, refuseNul } from "../../base/index.ts";
import { parseAgentKey } from "../model/agent-key.ts";
import { requireProviderSetting } from "../model/provider-credential.ts";
import { saveProviderCredential } from "../model/stored-credential.ts";
import type { AccessPorts } from "../ports.ts";
import type { SecretPorts } from "../secret/secret-ports.ts";

export interface SettingsChange {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Provider credentials by setting name. An empty string deletes a credential. */
  readonly credentials: Readonly<Record<string, string>>;
}

/**
 * Updates only the given settings, all of them or none. An empty `defaultAgent` restores the default. Throws
 * `invalid_input` if a value is not valid.
 */
export async function updateSettings(
  ports: SecretPorts & Pick<AccessPorts, "harnesses" | "modelProviders">,
  organizationId: string,
  { settings, credentials }: SettingsChange,
): Promise<Organization> {
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === "string") refuseNul(name, value);
  }
  for (const [name, value] of Object.entries(credentials)) requireCredential(ports, name, value);
  const { defaultAgent } = settings;
  const isAgentReset = defaultAgent === "";
  if (typeof defaultAgent === "string" && !isAgentReset)
    parseAgentKey(defaultAgent, ports.harnesses.list(), ports.modelProviders);
  return ports.store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    await tx.organizations.mergeSettings(organizationId, {
      ...settings,
      ...(isAgentReset && { defaultAgent: null }),
    });
    for (const [name, value] of Object.entries(credentials)) {
      await saveProviderCredential({ vault: ports.vault, tx }, organizationId, { name, value });
    }
    return getOrganization(tx, organizationId);
  });
}

/**
 * Throws `invalid_input` if the value is invalid, or if an API key contains characters other than visible ASCII. The
 * error does not contain the value.
 */
function requireCredential(
  { modelProviders }: Pick<AccessPorts, "modelProviders">,
  name: string,
  value: string,
): void {
  refuseNul(name, value);
  requireProviderSetting(modelProviders, name, value);
  if (!/Key(Id)?$/.test(name) || /^[\x21-\x7e]*$/.test(value)) return;
  throw new AppError(
    "invalid_input",
    `The field "${name}" contains a space, a line break or another character that is not allowed in an API key. Send only the key.`,
  );
}
