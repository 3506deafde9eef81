import { createHmac, timingSafeEqual } from "node:crypto";

/** Returns GitHub's `X-Hub-Signature-256` of the bytes as they are sent. */
export function signatureOf(body: Buffer | string, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** True if the signature matches. Takes the same time for every wrong signature. */
export function isSignedWith(body: Buffer, secret: string, signature: string | undefined): boolean {
  const expected = Buffer.from(signatureOf(body, secret));
  const given = Buffer.from(signature ?? "");
  const isSame = given.length === expected.length && timingSafeEqual(given, expected);
  return isSame && secret !== "";
}
