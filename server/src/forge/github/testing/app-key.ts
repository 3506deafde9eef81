import { generateKeyPairSync } from "node:crypto";
import type { ForgeCredential } from "../../../core/forges/index.ts";

type AppKey = ForgeCredential & { readonly type: "githubApp" };

/** Private key. It is generated once per process, because generating RSA keys is slow. */
let pem: string | null = null;

/** Returns a test App with the installation ID 1. */
export function appKey(change: Partial<AppKey> = {}): AppKey {
  pem ??= generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  }).privateKey;
  return {
    type: "githubApp",
    appId: "12345",
    slug: "tembo",
    privateKey: pem,
    clientId: "Iv1.0",
    clientSecret: "s",
    installationId: "1",
    ...change,
  };
}
