import { createHash, createPublicKey, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";
import { parseAddress } from "../../../core/access/index.ts";
import * as der from "./der.ts";

/**
 * Writes the self-signed certificate of an authority that can sign only leaf certificates (path length 0). Returns PEM.
 *
 * This file writes X.509 certificates (RFC 5280) for EC P-256 keys, signed with ECDSA and SHA-256. They are written by hand because the code is
 * short, and the available packages have about twenty dependencies or do not support elliptic curves.
 */
export function writeAuthority(commonName: string, key: KeyObject, validity: Validity): string {
  const keyId = keyIdentifier(key);
  const name = distinguishedName(commonName);
  return writeCertificate({ issuer: name, subject: name, key, signer: key, validity }, [
    extension(
      oids.basicConstraints,
      der.sequence(der.booleanTrue, der.unsignedInteger(Buffer.from([0]))),
      true,
    ),
    // Sets keyCertSign and cRLSign.
    extension(oids.keyUsage, der.bitString(Buffer.from([0x06]), 1), true),
    extension(oids.subjectKeyIdentifier, der.octetString(keyId)),
  ]);
}

/** Writes a server certificate for `host`, which is a name or an IP address, signed by `authority`. Returns PEM. */
export function writeLeaf(
  host: string,
  key: KeyObject,
  authority: { readonly certificate: string; readonly privateKey: KeyObject },
  validity: Validity,
): string {
  const issuer = subjectOf(new X509Certificate(authority.certificate));
  const subject = distinguishedName("Tembo egress");
  return writeCertificate({ issuer, subject, key, signer: authority.privateKey, validity }, [
    extension(oids.basicConstraints, der.sequence(), true),
    // Sets digitalSignature.
    extension(oids.keyUsage, der.bitString(Buffer.from([0x80]), 7), true),
    extension(oids.extendedKeyUsage, der.sequence(der.objectIdentifier(oids.serverAuth))),
    extension(oids.subjectAlternativeName, der.sequence(generalName(host))),
    extension(oids.subjectKeyIdentifier, der.octetString(keyIdentifier(key))),
    extension(
      oids.authorityKeyIdentifier,
      der.sequence(der.tagged(0x80, keyIdentifier(authority.privateKey))),
    ),
  ]);
}

export interface Validity {
  readonly from: Date;
  readonly until: Date;
}

interface Content {
  /** Issuer and subject are DER-encoded. */
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly key: KeyObject;
  readonly signer: KeyObject;
  readonly validity: Validity;
}

function writeCertificate({ issuer, subject, key, signer, validity }: Content, extensions: Buffer[]): string {
  const algorithm = der.sequence(der.objectIdentifier(oids.ecdsaWithSha256));
  const version3 = der.tagged(0xa0, der.unsignedInteger(Buffer.from([2])));
  const unsigned = der.sequence(
    version3,
    der.unsignedInteger(randomBytes(16)),
    algorithm,
    issuer,
    der.sequence(der.time(validity.from), der.time(validity.until)),
    subject,
    publicKeyInfo(key),
    der.tagged(0xa3, der.sequence(...extensions)),
  );
  const certificate = der.sequence(unsigned, algorithm, der.bitString(sign("sha256", unsigned, signer)));
  const lines = certificate.toString("base64").match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

const oids = {
  commonName: "2.5.4.3",
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAlternativeName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
};

function extension(oid: string, value: Buffer, isCritical = false): Buffer {
  const critical = isCritical ? [der.booleanTrue] : [];
  return der.sequence(der.objectIdentifier(oid), ...critical, der.octetString(value));
}

function distinguishedName(commonName: string): Buffer {
  return der.sequence(
    der.set(der.sequence(der.objectIdentifier(oids.commonName), der.utf8String(commonName))),
  );
}

function generalName(host: string): Buffer {
  const address = parseAddress(host);
  return address === null ? der.tagged(0x82, Buffer.from(host)) : der.tagged(0x87, Buffer.from(address));
}

function publicKeyInfo(key: KeyObject): Buffer {
  const publicKey = key.type === "public" ? key : createPublicKey(key);
  return publicKey.export({ type: "spki", format: "der" });
}

/**
 * Returns the key identifier according to RFC 5280 section 4.2.1.2, method 1: SHA-1 of the key's bits. A weak hash is sufficient, because
 * it only identifies the key.
 */
function keyIdentifier(key: KeyObject): Buffer {
  const [, bits] = der.childrenOf(publicKeyInfo(key));
  return createHash("sha1").update(bits!.subarray(3)).digest();
}

/** Returns the subject exactly as it is encoded in the certificate. */
function subjectOf(certificate: X509Certificate): Buffer {
  const [unsigned] = der.childrenOf(certificate.raw);
  const [, , , , , subject] = der.childrenOf(unsigned!);
  return subject!;
}
