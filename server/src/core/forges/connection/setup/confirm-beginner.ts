import { createHash } from "node:crypto";
import { AppError } from "../../../base/index.ts";
import type { ForgesPorts } from "../../ports.ts";
import { findSetupState } from "./open-setup-state.ts";

/** The browser that comes back. */
export interface ReturningBrowser {
  /** What the browser keeps since it began or was confirmed; null for none. */
  readonly browserToken: string | null;
  /** Whom the browser is signed in as, where the person has confirmed in it that they began; null before that. */
  readonly confirmed: { readonly userId: string | null } | null;
}

/** What a person is asked in a browser that did not begin. */
export interface ConfirmationQuestion {
  readonly integrationName: string;
  readonly organizationName: string;
  /** Who began. */
  readonly beginnerName: string;
  readonly webUrl: string;
}

/**
 * Returns null for the browser that began, and where the person has confirmed. Without it, somebody could send the link on and connect the
 * account of whoever opens it. Throws `forbidden` when the browser is signed in as another person than the one who began,
 * `invalid_input` for a state that is not good.
 */
export async function confirmationQuestion(
  ports: Pick<ForgesPorts, "store" | "clock">,
  { state, browserToken, confirmed }: ReturningBrowser & { readonly state: string },
): Promise<ConfirmationQuestion | null> {
  const { beginner, integrationId } = await findSetupState(ports, state);
  if (confirmed !== null) {
    if (confirmed.userId === null || confirmed.userId === beginner.userId) return null;
    throw new AppError(
      "forbidden",
      "Somebody else began to connect this integration than the person who is signed in in this browser; nothing was connected. Begin yourself, or sign out first.",
    );
  }
  const { browserHash } = beginner;
  // Hashes of 32 random bytes: comparing them tells nothing by its time.
  if (browserHash !== null && browserToken !== null && hashBrowserToken(browserToken).equals(browserHash))
    return null;
  const integration = await ports.store.integrations.get(integrationId);
  if (integration === null) throw new AppError("invalid_input", "The integration was deleted meanwhile.");
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
