import type { AccessPorts, AccessTransaction } from "../ports.ts";
import { findCredentialValue, saveCredentialValue } from "../secret/credential.ts";
import type { McpConnection, McpValues } from "./mcp-connection.ts";

const credentialOf = ({ id }: Pick<McpConnection, "id">) => ({ kind: "mcpConnection", name: id }) as const;

/**
 * Returns the decrypted values of a connection, or an empty object if it has none. Only the core and the code that runs
 * a session may use them. Throws `internal` if the values cannot be decrypted.
 */
export async function mcpValuesOf(
  ports: { readonly vault: AccessPorts["vault"]; readonly store: Pick<AccessPorts["store"], "secrets"> },
  connection: Pick<McpConnection, "id" | "organizationId">,
): Promise<McpValues> {
  const value = await findCredentialValue(ports, connection.organizationId, credentialOf(connection));
  return value === null ? {} : (JSON.parse(value) as McpValues);
}

/** Saves the values of a connection. Requires a transaction that holds the lock on the master keys. */
export async function saveMcpValues(
  ports: { readonly vault: AccessPorts["vault"]; readonly tx: AccessTransaction },
  connection: Pick<McpConnection, "id" | "organizationId">,
  values: McpValues,
): Promise<void> {
  await saveCredentialValue(
    ports,
    connection.organizationId,
    credentialOf(connection),
    JSON.stringify(values),
  );
}

export function deleteMcpValues(
  tx: AccessTransaction,
  connection: Pick<McpConnection, "id" | "organizationId">,
): Promise<void> {
  return tx.secrets.deleteCredential(connection.organizationId, credentialOf(connection));
}
