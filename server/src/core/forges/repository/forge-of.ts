import { AppError } from "../../base/index.ts";
import { getForgeAdapter } from "../forge/find-forge-kind.ts";
import type { Forge, Person } from "../forge/forge.ts";
import { renewAlone } from "../forge/forge-credential.ts";
import type { Integration } from "../integration/integration.ts";
import { integrationSecretsOf } from "../integration/integration-secrets.ts";
import { renewCredential } from "../integration/renew-credential.ts";
import type { ForgesPorts } from "../ports.ts";
import type { Repository } from "./repository.ts";

type ForgePorts = Pick<ForgesPorts, "forges" | "store" | "vault" | "settings">;

/**
 * Returns a client for a repository's forge, with its integration's credential. On the built-in forge, the client acts
 * on behalf of the person. Throws `not_found` if the integration is deleted or disabled, or the errors of
 * `connectForge`.
 */
export async function forgeOf(
  ports: ForgePorts,
  repository: Pick<Repository, "forge" | "integrationId" | "owner" | "name">,
  person?: Person,
): Promise<Forge> {
  if (repository.forge === "local") return localForge(ports, person);
  const { integrationId } = repository;
  const integration = integrationId === null ? null : await ports.store.integrations.findById(integrationId);
  if (integration === null) {
    throw new AppError(
      "not_found",
      `The integration of ${repository.owner}/${repository.name} was removed. Add it again with "tembo integration add".`,
    );
  }
  if (integration.enabledAt === null) {
    throw new AppError(
      "not_found",
      `The integration "${integration.displayName}" is disabled. Enable it again.`,
    );
  }
  return connectForge(ports, integration);
}

/**
 * Returns a client for the built-in forge, which needs no credential. It acts on behalf of the person or, without one,
 * as Tembo itself.
 */
export function localForge(
  { forges, settings }: Pick<ForgesPorts, "forges" | "settings">,
  person?: Person,
): Forge {
  return forges.local.connect({
    webUrl: settings.publicUrl,
    apiUrl: `${settings.publicUrl}/api/github/v3`,
    credential: { type: "token", token: "", username: null },
    person,
    renew: renewAlone,
  });
}

/**
 * Returns a client for an integration's forge, which stores renewed credentials. Throws `not_found` if the integration
 * has no credential or its kind of forge is no longer registered, or `internal` if the credential cannot be decrypted.
 */
export async function connectForge(
  ports: Pick<ForgesPorts, "forges" | "store" | "vault">,
  integration: Integration,
): Promise<Forge> {
  const secrets = await integrationSecretsOf(ports, integration);
  if (secrets === null) {
    throw new AppError(
      "not_found",
      `The integration "${integration.displayName}" has no credential. Add it again with "tembo integration add".`,
    );
  }
  return getForgeAdapter(ports, integration.forge).connect({
    webUrl: integration.webUrl,
    apiUrl: integration.apiUrl,
    credential: secrets.credential,
    renew: (known, refresh) => renewCredential(ports, integration, { known, refresh }),
  });
}
