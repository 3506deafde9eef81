import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { writeAuthority, writeLeaf } from "./certificate.ts";
import { createCertificateAuthority } from "./certificate-authority.ts";
import { createLeafCertificates } from "./leaf-certificates.ts";

const dayMs = 86_400_000;
const validity = { from: new Date(Date.now() - dayMs), until: new Date(Date.now() + 7 * dayMs) };
const newKey = () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

test("OpenSSL in strict mode accepts a leaf certificate only for its host and its authority", async (t) => {
  const authority = await createCertificateAuthority("Bücher & Söhne, CN=evil");
  const other = await createCertificateAuthority("Bücher & Söhne, CN=evil");
  const signer = { ...authority, privateKey: createPrivateKey(authority.privateKey) };
  const verify = await verifier(t);
  for (const [host, option] of [
    ["api.example.com", "-verify_hostname"],
    ["127.0.0.1", "-verify_ip"],
    ["2606:4700::1111", "-verify_ip"],
  ] as const) {
    const leaf = writeLeaf(host, newKey(), signer, validity);
    await verify(authority.certificate, leaf, option, host);
    await assert.rejects(verify(other.certificate, leaf, option, host), "another authority");
  }
  const leaf = writeLeaf("api.example.com", newKey(), signer, validity);
  await assert.rejects(verify(authority.certificate, leaf, "-verify_hostname", "other.example.com"));
});

test("creates an authority that is a CA, valid for ten years, with a name of at most 64 characters", async () => {
  const { certificate, privateKey } = await createCertificateAuthority("n".repeat(200));
  const parsed = new X509Certificate(certificate);
  assert.equal(parsed.ca, true);
  assert.equal(parsed.validToDate.getUTCFullYear() - parsed.validFromDate.getUTCFullYear(), 10);
  assert.match(parsed.subject, /^CN=Tembo egress of n+$/);
  assert.equal(parsed.subject.length, "CN=".length + 64);
  assert.equal(parsed.checkPrivateKey(createPrivateKey(privateKey)), true);
  assert.equal(parsed.verify(parsed.publicKey), true);
});

test("encodes an expiry date after 2049 correctly", () => {
  const until = new Date("2051-02-03T04:05:06Z");
  const parsed = new X509Certificate(writeAuthority("late", newKey(), { from: new Date(), until }));
  assert.equal(parsed.validToDate.getTime(), until.getTime());
});

test("caches leaf certificates, renews them before they expire, and keeps at most 100", async () => {
  let nowMs = Date.now();
  const { contextFor } = createLeafCertificates(await createCertificateAuthority("x"), () => nowMs);
  const first = contextFor("a.example");
  assert.equal(contextFor("a.example"), first);
  nowMs += 6.5 * dayMs;
  const second = contextFor("a.example");
  assert.notEqual(second, first);
  for (let count = 0; count < 100; count += 1) contextFor(`${count}.example`);
  assert.notEqual(contextFor("a.example"), second);
});

async function verifier(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "tembo-certificate-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [ca, leaf] = [join(folder, "ca.pem"), join(folder, "leaf.pem")];
  return async (authority: string, certificate: string, option: string, host: string) => {
    await Promise.all([writeFile(ca, authority), writeFile(leaf, certificate)]);
    const args = [
      "verify",
      "-x509_strict",
      "-check_ss_sig",
      "-purpose",
      "sslserver",
      option,
      host,
      "-CAfile",
      ca,
      leaf,
    ];
    await promisify(execFile)("openssl", args);
  };
}
