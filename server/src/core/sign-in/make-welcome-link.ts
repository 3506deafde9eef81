import { randomBytes } from "node:crypto";
import { hashToken } from "../api-key/create-api-key.ts";
import type { Ports } from "../ports/index.ts";
import type { WelcomeLink } from "../ports/store/organization/welcome-link.ts";

const lifeMs = 24 * 60 * 60_000;

/** A link of 256 random bits for a day, in the place of an earlier one. A browser sends what stands behind the # to nobody. */
export async function makeWelcomeLink(
  { store, clock, settings }: Pick<Ports, "store" | "clock" | "settings">,
  whom: Omit<WelcomeLink, "expiresAt">,
): Promise<{ readonly url: string; readonly expiresAt: Date }> {
  const token = randomBytes(32).toString("base64url");
  const now = clock.now();
  const expiresAt = new Date(now.getTime() + lifeMs);
  await store.transaction((tx) => tx.welcomeLinks.save({ ...whom, expiresAt }, hashToken(token), now));
  return { url: `${settings.publicUrl}/welcome#${token}`, expiresAt };
}

/** While nobody has a password: a link for the installation's first admin. */
export async function makeFirstWelcomeLink(
  ports: Pick<Ports, "store" | "clock" | "settings">,
  organizationId: string,
): Promise<string | null> {
  if (await ports.store.passwords.isAnySet()) return null;
  return (await makeWelcomeLink(ports, { organizationId, email: null, role: "admin" })).url;
}
