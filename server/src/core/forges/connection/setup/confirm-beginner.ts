import { createHash } from "node:crypto";
import { AppError } from "../../../base/index.ts";
import type { ForgesPorts } from "../../ports.ts";
import { getSetupState } from "./open-setup-state.ts";

/** The browser that returns from the forge. */
export interface ReturningBrowser {
  /** Token that the browser received when it started the authorization or was confirmed, or null if it has none. */
  readonly browserToken: string | null;
  /**
   * Confirmation, given in this browser, that the person started the authorization, or null if there is none. `userId`
   * is the user who was signed in at the time of the confirmation, or null.
   */
  readonly confirmed: { readonly userId: string | null } | null;
}

/** Question for a person whose browser did not start the authorization. */
export interface ConfirmationQuestion {
  readonly integrationName: string;
  readonly organizationName: string;
  /** Name of the person who started the authorization, or otherwise their email address or ID. */
  readonly beginnerName: string;
  readonly webUrl: string;
}

/**
 * Returns the question to confirm, or null if this browser started the authorization or the person has confirmed.
 * Without this check, an attacker could send the link to another person and connect that person's account. Throws
 * `forbidden` if the confirmation came from a user other than the user who started the authorization, or
 * `invalid_input` if the state is invalid or the integration was deleted.
 */
export async function confirmationQuestion(
  ports: Pick<ForgesPorts, "store" | "clock">,
  { state, browserToken, confirmed }: ReturningBrowser & { readonly state: string },
): Promise<ConfirmationQuestion | null> {
  const { beginner, integrationId } = await getSetupState(ports, state);
  if (confirmed !== null) {
    if (confirmed.userId === null || confirmed.userId === beginner.userId) return null;
    throw new AppError(
      "forbidden",
      "Another person started this connection, so the integration was not connected. Start a new connection yourself. Only if you trust the person who started this one, sign out and open the link from the forge again to finish it.",
    );
  }
  const { browserHash } = beginner;
  // The values are hashes of 32 random bytes, so the comparison does not need constant time.
  if (browserHash !== null && browserToken !== null && hashBrowserToken(browserToken).equals(browserHash))
    return null;
  const integration = await ports.store.integrations.findById(integrationId);
  if (integration === null)
    throw new AppError("invalid_input", "The integration was deleted in the meantime. Add it again.");
  const [organization, user] = await Promise.all([
    ports.store.organizations.find(integration.organizationId),
    ports.store.users.find(beginner.userId),
  ]);
  return {
    integrationName: integration.displayName,
    organizationName: organization?.name ?? integration.organizationId,
    beginnerName: user?.name ?? user?.email ?? beginner.userId,
    webUrl: integration.webUrl,
  };
}

export const hashBrowserToken = (token: string) => createHash("sha256").update(token).digest();
