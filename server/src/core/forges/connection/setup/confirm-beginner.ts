import { createHash } from "node:crypto";
import { AppError } from "../../../base/index.ts";
import type { ForgesPorts } from "../../ports.ts";
import { getSetupState } from "./open-setup-state.ts";

/** The browser that returns from the forge. */
export interface ReturningBrowser {
  /** Token that the browser got when it began or was confirmed, or null if it has none. */
  readonly browserToken: string | null;
  /**
   * The user signed in when the person confirmed in this browser that they began, or null before that. `userId` is null
   * if no user was signed in.
   */
  readonly confirmed: { readonly userId: string | null } | null;
}

/** Question for a person whose browser did not begin the authorization. */
export interface ConfirmationQuestion {
  readonly integrationName: string;
  readonly organizationName: string;
  /** Name of the person who began. */
  readonly beginnerName: string;
  readonly webUrl: string;
}

/**
 * Returns the question to show before the authorization completes, or null if none is needed: in the browser that
 * began it, and after the person has confirmed. Without this check, an attacker could send the link to another person
 * and connect that person's account. Throws `forbidden` if the person who confirmed is signed in as a different user
 * than the one who began. Throws `invalid_input` if the state is invalid or the integration was deleted.
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
      "Another person started to connect this integration, so nothing was connected. Start again yourself, or sign out first.",
    );
  }
  const { browserHash } = beginner;
  // The values are hashes of 32 random bytes, so the comparison needs no constant time.
  if (browserHash !== null && browserToken !== null && hashBrowserToken(browserToken).equals(browserHash))
    return null;
  const integration = await ports.store.integrations.findById(integrationId);
  if (integration === null)
    throw new AppError("invalid_input", "The integration was deleted in the meantime.");
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
