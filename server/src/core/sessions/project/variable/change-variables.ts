import { maxProjectVariables } from "@tembo/contract";
import {
  type CredentialName,
  requireMaskable,
  requireSecretKey,
  type SecretPorts,
  saveCredentialValue,
} from "../../../access/index.ts";
import { AppError, refuseNul } from "../../../base/index.ts";
import type { SessionsPorts, SessionsTransaction } from "../../ports.ts";
import { lockProject } from "../get-project.ts";
import type { Project } from "../project.ts";
import type { ProjectVariable, VariableScope } from "./variable-store.ts";

export interface VariableFields {
  readonly key: string;
  readonly value: string;
  /** Defaults to the variable's present scope, or to `build`. */
  readonly scope?: VariableScope;
}

type ProjectKey = Pick<Project, "organizationId" | "id">;

/** Returns the name under which a variable's value is sealed. */
export const variableCredential = (projectId: string, key: string): CredentialName => ({
  kind: "projectVariable",
  name: `${projectId}:${key}`,
});

/**
 * Stores variables, and replaces the values of those that exist. Returns all variables of the project. Throws `not_found`
 * if the organization has no such project, `invalid_input` if a key is invalid, reserved or repeated or a value cannot be
 * masked, or `conflict` if there would be too many variables.
 */
export async function setVariables(
  { store, clock, vault }: Pick<SessionsPorts, "store" | "clock" | "vault">,
  { organizationId, id }: ProjectKey,
  variables: readonly VariableFields[],
): Promise<ProjectVariable[]> {
  checkVariables(variables, "secrets");
  const at = clock.now();
  return store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    const project = await lockProject(tx, organizationId, id);
    await saveVariables({ vault, tx }, project, variables, at);
    return tx.projectVariables.list(id);
  });
}

/** Throws `invalid_input` as `setVariables` does. `field` is the request's field that contains the variables. */
export function checkVariables(variables: readonly VariableFields[], field: string): void {
  const keys = new Set<string>();
  for (const { key, value } of variables) {
    try {
      requireSecretKey(key);
      refuseNul("value", value);
      requireMaskable(value);
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause;
      throw new AppError(cause.code, `The variable ${key} was rejected. ${cause.message}`, { cause, field });
    }
    if (keys.has(key))
      throw new AppError("invalid_input", `The variable ${key} occurs twice. Send it once.`, { field });
    keys.add(key);
  }
}

/** Seals and stores checked variables. The caller holds the locks on the master keys and on the project. */
export async function saveVariables(
  ports: Pick<SecretPorts, "vault"> & { readonly tx: SessionsTransaction },
  { id, organizationId }: ProjectKey,
  variables: readonly VariableFields[],
  at: Date,
): Promise<void> {
  const { tx } = ports;
  const known = new Map((await tx.projectVariables.list(id)).map((one) => [one.key, one]));
  const added = variables.filter(({ key }) => !known.has(key)).length;
  if (known.size + added > maxProjectVariables)
    throw new AppError(
      "conflict",
      `A project can have at most ${maxProjectVariables} environment variables. Delete some first.`,
    );
  for (const { key, value, scope = known.get(key)?.scope ?? "build" } of variables) {
    await saveCredentialValue(ports, organizationId, variableCredential(id, key), value);
    const createdAt = known.get(key)?.createdAt ?? at;
    await tx.projectVariables.save({ projectId: id, key, scope, createdAt, updatedAt: at });
  }
}

/** Deletes a variable. Throws `not_found` if the project or the variable does not exist. */
export async function deleteVariable(
  { store }: Pick<SessionsPorts, "store">,
  { organizationId, id }: ProjectKey,
  key: string,
): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    await lockProject(tx, organizationId, id);
    const isKnown = (await tx.projectVariables.list(id)).some((one) => one.key === key);
    if (!isKnown) throw new AppError("not_found", `The project has no variable ${key}.`);
    await forget(tx, { organizationId, id }, key);
  });
}

/** Deletes all variables of the project. The caller holds the locks on the master keys and on the project. */
export async function deleteVariables(tx: SessionsTransaction, project: ProjectKey): Promise<void> {
  for (const { key } of await tx.projectVariables.list(project.id)) await forget(tx, project, key);
}

async function forget(
  tx: SessionsTransaction,
  { organizationId, id }: ProjectKey,
  key: string,
): Promise<void> {
  await tx.projectVariables.delete(id, key);
  await tx.secrets.deleteCredential(organizationId, variableCredential(id, key));
}
