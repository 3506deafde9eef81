import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";
import type { CertificateAuthority } from "../../../core/access/index.ts";
import { writeLeaf } from "./certificate.ts";
import { backdatedMs } from "./certificate-authority.ts";

/** Certificates for the hosts of one egress proxy. Each certificate is created on first use. */
export interface LeafCertificates {
  contextFor(host: string): SecureContext;
}

/**
 * Creates the certificates for one egress proxy. They share a key, because anyone with access to a certificate's key already controls the
 * proxy.
 */
export function createLeafCertificates(authority: CertificateAuthority, now = Date.now): LeafCertificates {
  const signer = { certificate: authority.certificate, privateKey: createPrivateKey(authority.privateKey) };
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = privateKey.export({ type: "pkcs8", format: "pem" });
  const leafs = new Map<string, { readonly context: SecureContext; readonly renewAtMs: number }>();
  return {
    contextFor(host) {
      const found = leafs.get(host);
      if (found !== undefined && now() < found.renewAtMs) return found.context;
      const from = new Date(now() - backdatedMs);
      const until = new Date(now() + validMs);
      const cert = writeLeaf(host, privateKey, signer, { from, until });
      const context = createSecureContext({ key, cert });
      leafs.delete(host);
      // A wildcard rule matches an unlimited number of names, so the oldest certificate is evicted.
      if (leafs.size >= maxLeafs) leafs.delete(leafs.keys().next().value!);
      leafs.set(host, { context, renewAtMs: until.getTime() - renewBeforeMs });
      return context;
    },
  };
}

const maxLeafs = 100;
const dayMs = 24 * 60 * 60_000;
const validMs = 7 * dayMs;
const renewBeforeMs = dayMs;
