import type { NamedValue } from "../../base/index.ts";
import { parseEgressRule } from "../egress/parse-egress-rule.ts";
import type { BoundSecret } from "./secret.ts";
import { isInjectable } from "./secret-key.ts";
import { openSecret, type SecretPorts } from "./secret-ports.ts";

export interface SessionSecrets {
  /** For the sandbox: of the secrets without a binding, those whose keys may be variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** For the egress door. */
  readonly bound: readonly BoundSecret[];
  /** For `createMasker`: all of them. */
  readonly values: readonly NamedValue[];
}

/** What a turn of the organization works with. Throws `internal` when a value does not open. */
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
