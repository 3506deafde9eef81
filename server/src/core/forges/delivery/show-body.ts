import { loadSessionSecrets } from "../../access/index.ts";
import { createMasker, type NamedValue } from "../../base/index.ts";
import type { IntegrationSecrets } from "../integration/integration.ts";
import { integrationSecretsOf } from "../integration/integration-secrets.ts";
import type { ForgesPorts } from "../ports.ts";
import type { Delivery } from "./delivery.ts";

/** Maximum number of characters in the result. */
const maxShown = 1024 * 1024;

/**
 * Returns the body of a delivery for display. Masks the secrets of the organization and the integration, and JSON
 * strings whose key contains `secret`, `token`, `password` or `private_key`. Truncates the masked body to `maxShown`.
 */
export async function showBody(
  ports: Pick<ForgesPorts, "store" | "vault">,
  delivery: Delivery,
): Promise<{ readonly body: string; readonly isBodyCut: boolean }> {
  const [{ values }, own] = await Promise.all([
    loadSessionSecrets(ports, delivery.organizationId),
    delivery.integrationId === null
      ? null
      : integrationSecretsOf(ports, {
          id: delivery.integrationId,
          organizationId: delivery.organizationId,
        }),
  ]);
  const masker = createMasker([...values, ...(own === null ? [] : valuesOf(own))]);
  // Masks before truncating, so that a secret at the cut is found.
  const masked = maskNamed(masker.mask(delivery.body.toString("utf8")));
  const isBodyCut = masked.length > maxShown;
  return { body: isBodyCut ? masked.slice(0, maxShown).toWellFormed() : masked, isBodyCut };
}

function valuesOf({ credential, webhookSecret, signingKey }: IntegrationSecrets): NamedValue[] {
  const secrets = [
    webhookSecret,
    signingKey,
    ...(credential.type === "token" ? [credential.token] : [credential.clientSecret]),
    ...(credential.type === "githubApp" ? [credential.privateKey] : []),
    ...(credential.type === "oauth" ? [credential.accessToken, credential.refreshToken] : []),
  ];
  return secrets.flatMap((value) => (value ? [{ key: "of the integration", value }] : []));
}

/** Quantifiers are bounded, so that an untrusted body cannot make matching slow. */
const namedSecret = /"[^"\\]{0,60}(?:secret|token|password|private_key)[^"\\]{0,60}"\s{0,9}:\s{0,9}"/gi;

function maskNamed(text: string): string {
  let shown = "";
  let at = 0;
  for (const match of text.matchAll(namedSecret)) {
    if (match.index < at) continue;
    const from = match.index + match[0].length;
    shown += `${text.slice(at, from)}[secret]`;
    at = endOfString(text, from);
  }
  return shown + text.slice(at);
}

/** Returns the index of the quote that closes the JSON string whose content starts at `from`. */
function endOfString(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return Math.min(at, text.length);
}
