import { AppError, withReason } from "../../../base/index.ts";
import type { ForgeCredential } from "../../forge/forge-credential.ts";
import { askAccount, asRefusal, requireOwnAccount } from "../../integration/ask-account.ts";
import type { Integration, IntegrationSecrets } from "../../integration/integration.ts";
import { integrationSecretsOf, saveIntegrationSecrets } from "../../integration/integration-secrets.ts";
import type { SetupState } from "../../integration/setup-state.ts";
import type { ForgesPorts, ForgesTransaction } from "../../ports.ts";
import { newWebhookSecret } from "../create-integration.ts";
import { requestSync } from "../sync/request-sync.ts";
import { callbackPath, codeVerifier, requireManifests, setupOf } from "./authorize-integration.ts";
import {
  type ConfirmationQuestion,
  confirmationQuestion,
  hashBrowserToken,
  type ReturningBrowser,
} from "./confirm-beginner.ts";
import { installationUrl } from "./installation-url.ts";
import { openSetupState, takeSetupState } from "./open-setup-state.ts";

type CompletePorts = Pick<
  ForgesPorts,
  "store" | "forges" | "forgeSetups" | "forgeKinds" | "vault" | "clock" | "engine" | "logMask" | "settings"
>;

/** Parameters that the forge adds when it redirects a person's browser to the callback. */
export interface Callback extends ReturningBrowser {
  readonly state: string;
  readonly code: string | null;
  readonly installationId: string | null;
  /** Reason why the forge or the person refused, or null if neither did. */
  readonly error: string | null;
}

export interface Completed {
  /** URL of the next page, or null to show a page with `message`. */
  readonly nextUrl: string | null;
  readonly message: string;
}

/**
 * Completes an authorization. If a different browser started the authorization and the person has not confirmed,
 * returns a question and leaves the state valid. Throws the errors of `confirmationQuestion`, which also leave the
 * state valid. Otherwise consumes the state, regardless of the result. Throws `invalid_input` if the forge or the
 * person refused, if a parameter is missing, or if the integration has changed in the meantime. Throws `conflict` if
 * the account is already connected or the forge does not support the authorization.
 */
export async function completeAuthorization(
  ports: CompletePorts,
  callback: Callback,
): Promise<Completed | ConfirmationQuestion> {
  // A refusal does not connect an account, so it needs no confirmation.
  const question = callback.error === null ? await confirmationQuestion(ports, callback) : null;
  if (question !== null) return question;
  const state = await takeSetupState(ports, callback.state);
  const integration = await ports.store.integrations.findById(state.integrationId);
  if (integration === null)
    throw new AppError("invalid_input", "The integration was deleted in the meantime. Add it again.");
  if (callback.error !== null) {
    const refusal = withReason("The forge did not grant access", callback.error.slice(0, 300));
    throw new AppError("invalid_input", `${refusal} Authorize the integration again.`);
  }
  const steps = { oauth: takeCode, appManifest: takeApp, appInstallation: takeInstallation };
  try {
    return await steps[state.purpose](ports, integration, state, callback);
  } catch (cause) {
    throw asRefusal(cause);
  }
}

async function takeCode(
  ports: CompletePorts,
  integration: Integration,
  { returnUrl }: SetupState,
  { state, code }: Callback,
): Promise<Completed> {
  const secrets = await requireSecrets(ports, integration);
  const { credential } = secrets;
  if (credential.type !== "oauth") {
    throw new AppError(
      "invalid_input",
      "The integration now uses another kind of credential. Nothing was changed.",
    );
  }
  const exchanged = await setupOf(ports, integration).exchangeCode({
    webUrl: integration.webUrl,
    clientId: credential.clientId,
    clientSecret: credential.clientSecret,
    code: requirePart("code", code),
    redirectUrl: `${ports.settings.publicUrl}${callbackPath}`,
    codeVerifier: codeVerifier(secrets, state),
  });
  return activate(ports, integration, { credential: exchanged, returnUrl });
}

/**
 * Stores the app that the forge has just created, and returns the page where the person installs it and chooses its
 * repositories.
 */
async function takeApp(
  ports: CompletePorts,
  integration: Integration,
  { returnUrl, beginner }: SetupState,
  { code, browserToken }: Callback,
): Promise<Completed> {
  const { convertManifest } = requireManifests(ports, setupOf(ports, integration), integration);
  const made = await convertManifest({
    apiUrl: integration.apiUrl,
    code: requirePart("code", code),
  });
  const { credential } = made;
  const webhookSecret = made.webhookSecret ?? newWebhookSecret();
  if (credential.type !== "githubApp")
    throw new AppError("internal", "The forge did not create an app from the manifest.");
  await ports.store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    await requireThere(tx, integration);
    const earlier = await integrationSecretsOf({ store: tx, vault: ports.vault }, integration);
    if (earlier !== null) {
      throw new AppError("invalid_input", "The integration already has an app. Nothing was changed.");
    }
    const secrets: IntegrationSecrets = { credential, webhookSecret, signingKey: null };
    await saveIntegrationSecrets({ vault: ports.vault, tx }, integration, secrets);
  });
  const browserHash = browserToken === null ? null : hashBrowserToken(browserToken);
  const next = await openSetupState(ports, integration, {
    purpose: "appInstallation",
    returnUrl,
    beginner: { ...beginner, browserHash },
  });
  return {
    nextUrl: installationUrl(integration.webUrl, credential.slug, next),
    message: "The app was created. Install it.",
  };
}

async function takeInstallation(
  ports: CompletePorts,
  integration: Integration,
  { returnUrl }: SetupState,
  { installationId }: Callback,
): Promise<Completed> {
  const { credential } = await requireSecrets(ports, integration);
  const id = requirePart("installation_id", installationId);
  if (credential.type !== "githubApp" || !/^\d{1,20}$/.test(id)) {
    throw new AppError(
      "invalid_input",
      "The callback does not refer to an installation of the integration's app. Authorize the integration again.",
    );
  }
  return activate(ports, integration, { credential: { ...credential, installationId: id }, returnUrl });
}

/** Tests the credential, stores it, enables the integration and requests a sync. */
async function activate(
  ports: CompletePorts,
  integration: Integration,
  { credential, returnUrl }: { readonly credential: ForgeCredential; readonly returnUrl: string | null },
): Promise<Completed> {
  const asked = await askAccount(ports, integration, credential);
  await ports.store.transaction(async (tx) => {
    await tx.secrets.lockMasterKeys("use");
    const current = await requireThere(tx, integration);
    await requireOwnAccount(tx, current, asked.account);
    const secrets = await requireSecrets({ store: tx, vault: ports.vault }, current);
    await saveIntegrationSecrets({ vault: ports.vault, tx }, current, {
      ...secrets,
      credential: asked.credential,
    });
    const now = ports.clock.now();
    await tx.integrations.update({
      ...current,
      account: asked.account,
      enabledAt: current.enabledAt ?? now,
      updatedAt: now,
    });
    await requestSync(ports, tx, current, { enablesNew: false });
  });
  return {
    nextUrl: returnUrl,
    message: `The integration "${integration.displayName}" is connected as ${asked.account.login}.`,
  };
}

async function requireThere(tx: ForgesTransaction, { id }: Integration): Promise<Integration> {
  const current = (await tx.integrationSetup.lockIntegration(id)) ? await tx.integrations.findById(id) : null;
  if (current === null)
    throw new AppError("invalid_input", "The integration was deleted in the meantime. Add it again.");
  return current;
}

async function requireSecrets(
  ports: Parameters<typeof integrationSecretsOf>[0],
  integration: Integration,
): Promise<IntegrationSecrets> {
  const secrets = await integrationSecretsOf(ports, integration);
  if (secrets === null)
    throw new AppError("invalid_input", "The integration has no credential. Authorize it again.");
  return secrets;
}

function requirePart(name: string, value: string | null): string {
  if (value !== null && value !== "") return value;
  throw new AppError(
    "invalid_input",
    `The forge's callback has no "${name}". Authorize the integration again.`,
  );
}
