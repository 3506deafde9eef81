import { lstatSync, readlinkSync } from "node:fs";
import { findBundles } from "../inside/system-certificates.ts";

/** What of the host's system a sandbox sees beside /usr. */
export interface HostLayout {
  /** Entries of / that programs expect; `target` is null for a real folder, else what the link says. */
  readonly rootEntries: readonly { readonly path: string; readonly target: string | null }[];
  readonly systemFiles: readonly string[];
  /** Those of the system's certificate bundles that lie in what a sandbox sees. */
  readonly bundles: readonly string[];
}

/** Certificates, names of alternatives, how names are looked up, the linker's cache. Nothing that is the operator's own. */
const systemFiles = [
  "/etc/ssl",
  "/etc/pki",
  "/etc/alternatives",
  "/etc/nsswitch.conf",
  "/etc/ld.so.cache",
  "/etc/localtime",
];

export function readHostLayout(): HostLayout {
  return {
    rootEntries: ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].flatMap((path) => {
      const entry = lstatSync(path, { throwIfNoEntry: false });
      if (entry === undefined) return [];
      return [{ path, target: entry.isSymbolicLink() ? readlinkSync(path) : null }];
    }),
    systemFiles: systemFiles.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined),
    bundles: findBundles().filter((path) =>
      ["/usr/", "/etc/ssl/", "/etc/pki/"].some((seen) => path.startsWith(seen)),
    ),
  };
}
