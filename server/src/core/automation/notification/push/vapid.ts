import { createPrivateKey, generateKeyPairSync, type JsonWebKey, sign } from "node:crypto";

/** Key pair with which the installation identifies itself to push services. */
export interface VapidKeys {
  /** Uncompressed point, as base64url. */
  readonly publicKey: string;
  /** Private key as JWK. */
  readonly privateKey: JsonWebKey;
}

/** Time for which a token is valid. RFC 8292 permits at most 24 hours. */
const tokenSeconds = 12 * 60 * 60;

export function newVapidKeys(): VapidKeys {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const jwk = privateKey.export({ format: "jwk" });
  const point = [Buffer.of(4), Buffer.from(jwk.x!, "base64url"), Buffer.from(jwk.y!, "base64url")];
  return { publicKey: Buffer.concat(point).toString("base64url"), privateKey: jwk };
}

/**
 * Returns the value of the `authorization` header of a request to a push service (RFC 8292). The push service may contact
 * the operator at the installation's public URL, if it has HTTPS.
 */
export function vapidHeader(
  { publicKey, privateKey }: VapidKeys,
  { endpoint, publicUrl, at }: { readonly endpoint: string; readonly publicUrl: string; readonly at: Date },
): string {
  const claims = {
    aud: new URL(endpoint).origin,
    exp: Math.floor(at.getTime() / 1_000) + tokenSeconds,
    ...(publicUrl.startsWith("https://") && { sub: publicUrl }),
  };
  const unsigned = `${encoded({ typ: "JWT", alg: "ES256" })}.${encoded(claims)}`;
  const key = createPrivateKey({ key: privateKey, format: "jwk" });
  const signature = sign("sha256", Buffer.from(unsigned), { key, dsaEncoding: "ieee-p1363" });
  return `vapid t=${unsigned}.${signature.toString("base64url")}, k=${publicKey}`;
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
