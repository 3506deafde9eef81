import { loadSessionSecrets } from "../../access/index.ts";
import { createMasker, type NamedValue } from "../../base/index.ts";
import type { IntegrationSecrets } from "../integration/integration.ts";
import { integrationSecretsOf } from "../integration/integration-secrets.ts";
import type { ForgesPorts } from "../ports.ts";
import type { Delivery } from "./delivery.ts";

/** Characters. */
const maxShown = 1024 * 1024;

/**
 * The body of a delivery as people may read it: the organization's secrets and the integration's are masked, and so is what
 * JSON calls a secret, token or password. Of a large body the beginning.
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
  // Masked as a whole, so that a secret at the cut is found.
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

/** Bounded repeats: a body is not ours, and must not make this slow. */
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

/** Where the JSON string that goes on at `from` is closed. */
function endOfString(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return Math.min(at, text.length);
}
