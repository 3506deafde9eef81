import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import type { CertificateAuthority } from "../../../core/access/index.ts";
import { writeAuthority } from "./certificate.ts";

/**
 * Creates a certificate authority with an EC P-256 key that is valid for ten years. The authority can sign only leaf certificates (path
 * length 0).
 */
export async function createCertificateAuthority(organizationName: string): Promise<CertificateAuthority> {
  const { privateKey } = await promisify(generateKeyPair)("ec", { namedCurve: "P-256" });
  const name = [...`Tembo egress of ${organizationName.replaceAll(/\p{Cc}/gu, " ")}`];
  const from = new Date(Date.now() - backdatedMs);
  const until = new Date(from);
  until.setUTCFullYear(from.getUTCFullYear() + 10);
  return {
    certificate: writeAuthority(name.slice(0, maxNameCharacters).join(""), privateKey, { from, until }),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** Upper bound `ub-common-name` from RFC 5280 appendix A. */
const maxNameCharacters = 64;

/** Time by which certificates are backdated, for clients whose clocks are behind. */
export const backdatedMs = 60 * 60_000;
