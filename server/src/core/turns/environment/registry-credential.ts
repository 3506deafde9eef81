import { loadSessionSecrets, type SessionSecrets } from "../../access/index.ts";
import { AppError } from "../../base/index.ts";
import type { ProjectSource } from "../../sessions/index.ts";
import type { ImageCredential } from "../layer/images.ts";
import type { TurnsPorts } from "../ports.ts";

const registrySecretOf = (source: ProjectSource) =>
  source.kind === "machine" ? undefined : source.registrySecret;

/** Removes the credential of a project's registry from the variables of its sandboxes. Only the server uses it. Pure. */
export function withoutRegistrySecret(secrets: SessionSecrets, source: ProjectSource): SessionSecrets {
  const { [registrySecretOf(source) ?? ""]: _, ...environment } = secrets.environment;
  return { ...secrets, environment };
}

/**
 * Returns the credential in an organization's secret, whose value is `USER:PASSWORD`, or null if the source names no secret.
 * The credential of a Dockerfile or a dev container is for one registry, because its files can name any.
 * Throws `invalid_input` if the secret is missing or has another form.
 */
export async function findRegistryCredential(
  ports: Pick<TurnsPorts, "store" | "vault">,
  organizationId: string,
  source: ProjectSource,
): Promise<ImageCredential | null> {
  const key = registrySecretOf(source);
  if (key === undefined) return null;
  const { values } = await loadSessionSecrets(ports, organizationId);
  const value = values.find((one) => one.key === key)?.value;
  if (value === undefined)
    throw new AppError(
      "invalid_input",
      `The organization has no secret with the key ${key}, which the project uses for the registry. Create it, or choose another secret.`,
    );
  const [, username, password] = /^([^:\s]+):(.+)$/s.exec(value.trim()) ?? [];
  const registry = source.kind === "image" ? null : "registry" in source ? (source.registry ?? "") : "";
  if (username !== undefined && password !== undefined) return { registry, username, password };
  throw new AppError(
    "invalid_input",
    `The secret ${key} does not have the form USER:PASSWORD, which a registry needs. Change its value.`,
  );
}
