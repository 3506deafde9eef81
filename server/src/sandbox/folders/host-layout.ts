import { lstatSync, readlinkSync } from "node:fs";
import { findBundles } from "../inside/system-certificates.ts";

/** Parts of the host's file system, other than /usr, that a sandbox sees. */
export interface HostLayout {
  /** Entries of / that programs expect. `target` is the target of a symbolic link, or null for a folder. */
  readonly rootEntries: readonly { readonly path: string; readonly target: string | null }[];
  readonly systemFiles: readonly string[];
  /** Certificate bundles of the system, in folders that a sandbox sees. */
  readonly bundles: readonly string[];
}

/**
 * Files and folders for certificates, alternatives, name resolution, the linker's cache, the time zone, fonts and Debian's launcher of
 * Chromium.
 */
const systemFiles = [
  "/etc/ssl",
  "/etc/pki",
  "/etc/alternatives",
  "/etc/nsswitch.conf",
  "/etc/ld.so.cache",
  "/etc/localtime",
  "/etc/fonts",
  "/etc/chromium.d",
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
