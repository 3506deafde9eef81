import { findCredentialValues, type SecretPorts, type SessionSecrets } from "../../../access/index.ts";
import type { SessionsPorts } from "../../ports.ts";
import type { Project } from "../project.ts";
import { variableCredential } from "./change-variables.ts";
import type { ProjectVariable } from "./variable-store.ts";

type Ports = Pick<SessionsPorts, "store"> & Pick<SecretPorts, "vault">;

/**
 * Adds the project's variables to the organization's secrets, for a build or for a session. A variable takes precedence
 * over a secret with the same key. Throws `internal` if a value cannot be decrypted.
 */
export async function withVariables(
  ports: Ports,
  secrets: SessionSecrets,
  { organizationId, id }: Pick<Project, "organizationId" | "id">,
  use: "build" | "run",
): Promise<SessionSecrets> {
  const all = await ports.store.projectVariables.list(id);
  const variables = all.filter(({ scope }) => use === "build" || scope === "buildAndRun");
  if (variables.length === 0) return secrets;
  const names = new Map(variables.map(({ key }) => [variableCredential(id, key).name, key]));
  const found = await findCredentialValues(ports, organizationId, "projectVariable", [...names.keys()]);
  const values = found.map(({ name, value }) => ({ key: names.get(name)!, value }));
  return {
    environment: {
      ...secrets.environment,
      ...Object.fromEntries(values.map(({ key, value }) => [key, value])),
    },
    bound: secrets.bound,
    values: [...secrets.values, ...values],
  };
}

/** Returns the variables of a build as `buildIdentity` expects them. The version changes with each stored value. */
export const variableVersions = (variables: readonly ProjectVariable[]) =>
  variables.map(({ key, updatedAt }) => ({ key, version: updatedAt.toISOString() }));
