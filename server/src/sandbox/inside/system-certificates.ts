import { realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isErrno } from "../processes/process-identity.ts";

/** Paths of the bundle with all certificate authorities on common Linux distributions: Debian and Alpine, Fedora, SUSE and Arch. */
const usualPaths = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
  "/etc/ssl/certs/ca-bundle.crt",
];

/**
 * Returns the certificate bundles of this host, with links resolved and without duplicates. In the sandbox, a copy with one more authority
 * replaces them.
 */
export function findBundles(paths: readonly string[] = usualPaths): string[] {
  return [...new Set(paths.flatMap((path) => resolveIfThere(path) ?? []))];
}

/** Returns the system's authorities, from the first bundle, followed by the trusted authority. */
export async function joinCertificates(bundles: readonly string[], trusted: string): Promise<string> {
  const system = bundles[0] === undefined ? "" : await readFile(bundles[0], "utf8");
  return `${[system, trusted]
    .map((text) => text.trim())
    .join("\n")
    .trim()}\n`;
}

function resolveIfThere(path: string): string | null {
  try {
    return realpathSync(path);
  } catch (cause) {
    if (isErrno(cause, "ENOENT") || isErrno(cause, "ENOTDIR")) return null;
    throw cause;
  }
}
