import { createHmac, timingSafeEqual } from "node:crypto";

/** Returns the value of GitHub's `X-Hub-Signature-256` header for a body. */
export function signatureOf(body: Buffer | string, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** True if the signature is correct. Signatures of the correct length are compared in constant time. An empty secret never matches. */
export function isSignedWith(body: Buffer, secret: string, signature: string | undefined): boolean {
  const expected = Buffer.from(signatureOf(body, secret));
  const given = Buffer.from(signature ?? "");
  const isSame = given.length === expected.length && timingSafeEqual(given, expected);
  return isSame && secret !== "";
}
