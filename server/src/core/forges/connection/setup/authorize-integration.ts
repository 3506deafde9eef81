import { createHash, createHmac } from "node:crypto";
import { AppError } from "../../../base/index.ts";
import { findForgeKind } from "../../forge/find-forge-kind.ts";
import type { ForgeSetup } from "../../forge/forge-setup.ts";
import type { Integration, IntegrationSecrets } from "../../integration/integration.ts";
import { integrationSecretsOf } from "../../integration/integration-secrets.ts";
import type { SetupState } from "../../integration/setup-state.ts";
import type { ForgesPorts } from "../../ports.ts";
import { installationUrl } from "./installation-url.ts";
import { openSetupState } from "./open-setup-state.ts";

type SetupPorts = Pick<ForgesPorts, "store" | "forgeSetups" | "forgeKinds" | "vault" | "clock" | "settings">;

export const callbackPath = "/api/integrations/callback";
export const manifestPath = "/api/integrations/github/app";

/**
 * Returns the URL where a person authorizes the integration: by OAuth consent, by creating an app or by installing it.
 * The URL can be used once and expires after ten minutes. The callback redirects to `returnUrl` only if that URL has
 * this server's origin. Throws `conflict` if the integration uses a token or the forge does not support app
 * authorization.
 */
export async function authorizeIntegration(
  ports: SetupPorts,
  integration: Integration,
  wanted: Pick<SetupState, "returnUrl" | "beginner">,
): Promise<string> {
  const { publicUrl } = ports.settings;
  const begun = { beginner: wanted.beginner, returnUrl: ownUrl(publicUrl, wanted.returnUrl) };
  const secrets = await integrationSecretsOf(ports, integration);
  const credential = secrets?.credential ?? null;
  if (credential === null) {
    requireManifests(ports, setupOf(ports, integration), integration);
    const state = await openSetupState(ports, integration, { purpose: "appManifest", ...begun });
    return `${publicUrl}${manifestPath}?integration-state=${state}`;
  }
  if (credential.type === "githubApp") {
    const state = await openSetupState(ports, integration, { purpose: "appInstallation", ...begun });
    return installationUrl(integration.webUrl, credential.slug, state);
  }
  if (credential.type === "token" || secrets === null) {
    throw new AppError(
      "conflict",
      `The integration "${integration.displayName}" uses a token, which needs no authorization. Change the token instead.`,
    );
  }
  const setup = setupOf(ports, integration);
  const state = await openSetupState(ports, integration, { purpose: "oauth", ...begun });
  return setup.authorizeUrl({
    webUrl: integration.webUrl,
    clientId: credential.clientId,
    redirectUrl: `${publicUrl}${callbackPath}`,
    state,
    codeChallenge: createHash("sha256").update(codeVerifier(secrets, state)).digest("base64url"),
    scopes: [],
  });
}

/**
 * Returns the PKCE verifier for a state (RFC 7636 section 4.1), with 43 characters. It is derived from secrets that are
 * stored encrypted, so that neither the state nor the database reveals it.
 */
export function codeVerifier(secrets: IntegrationSecrets, state: string): string {
  const { credential, webhookSecret } = secrets;
  const ownSecrets =
    credential.type === "oauth" ? `${credential.clientSecret}\n${webhookSecret}` : webhookSecret;
  return createHmac("sha256", ownSecrets).update(`pkce\n${state}`).digest("base64url");
}

/** Returns the adapter for the forge's authorization page. Throws `conflict` if the forge has none. */
export function setupOf(
  ports: Pick<ForgesPorts, "forgeSetups" | "forgeKinds">,
  { forge }: Pick<Integration, "forge">,
): ForgeSetup {
  const setup = ports.forgeSetups[forge];
  if (setup !== undefined) return setup;
  throw new AppError(
    "conflict",
    `${labelOf(ports, forge)} does not support app authorization. Connect it with a token instead.`,
  );
}

/** Requires a forge that creates apps from a manifest. Throws `conflict` otherwise. */
export function requireManifests(
  ports: Pick<ForgesPorts, "forgeKinds">,
  setup: ForgeSetup,
  { forge }: Pick<Integration, "forge">,
): Required<Pick<ForgeSetup, "appManifest" | "convertManifest">> {
  const { appManifest, convertManifest } = setup;
  if (appManifest !== undefined && convertManifest !== undefined) return { appManifest, convertManifest };
  throw new AppError(
    "conflict",
    `${labelOf(ports, forge)} does not support app manifests. Connect it with a token instead.`,
  );
}

const labelOf = (ports: Pick<ForgesPorts, "forgeKinds">, forge: Integration["forge"]) =>
  findForgeKind(ports, forge)?.descriptor.label ?? forge;

/**
 * Returns the URL if it has this server's origin, or null. Any other target would make the callback an open redirect.
 */
function ownUrl(publicUrl: string, text: string | null): string | null {
  const url = text === null ? null : URL.parse(text);
  return url !== null && url.origin === URL.parse(publicUrl)?.origin ? url.href : null;
}
