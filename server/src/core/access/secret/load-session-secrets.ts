import type { NamedValue } from "../../base/index.ts";
import { parseEgressRule } from "../egress/parse-egress-rule.ts";
import type { BoundSecret } from "./secret.ts";
import { isInjectable } from "./secret-key.ts";
import { openSecret, type SecretPorts } from "./secret-ports.ts";

export interface SessionSecrets {
  /**
   * Environment variables of the sandbox: the secrets that have no header injection rule and whose keys may be variable
   * names.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Secrets with a header injection rule, for the egress proxy. */
  readonly bound: readonly BoundSecret[];
  /** Values of all secrets, for `createMasker`. */
  readonly values: readonly NamedValue[];
}

/** Loads and decrypts the organization's secrets for a turn. Throws `internal` if a value cannot be decrypted. */
export async function loadSessionSecrets(
  ports: Pick<SecretPorts, "store" | "vault">,
  organizationId: string,
): Promise<SessionSecrets> {
  const environment: Record<string, string> = {};
  const bound: BoundSecret[] = [];
  const values: NamedValue[] = [];
  for (const sealed of await ports.store.secrets.listSealed(organizationId)) {
    const { key, binding } = sealed.secret;
    const value = openSecret(ports, sealed);
    values.push({ key, value });
    if (binding !== null) {
      const { hosts, header, prefix } = binding;
      bound.push({ value, header, prefix, rules: hosts.map(parseEgressRule) });
    } else if (isInjectable(key)) environment[key] = value;
  }
  return { environment, bound, values };
}
