import { chmodSync, lstatSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { HostLayout } from "../folders/host-layout.ts";
import { type BundleInput, listMounts } from "./bundle.ts";

/**
 * Creates a container's root folder, which contains only links and mount points. gVisor cannot create them, because it cannot write to this
 * folder. Leaves existing entries unchanged, because no program inside the sandbox can change them.
 */
export function makeRoot(input: BundleInput): void {
  const { rootPath, layout } = input;
  mkdirSync(rootPath, { recursive: true, mode: 0o755 });
  chmodSync(rootPath, 0o755);
  for (const { path, target } of layout.rootEntries) {
    if (target !== null && !isThere(join(rootPath, path))) symlinkSync(target, join(rootPath, path));
  }
  const places = listMounts(input).map(({ type, source, destination }) => ({
    path: join(rootPath, resolveLinks(destination, layout)),
    isFolder: type !== "bind" || statSync(source, { throwIfNoEntry: false })?.isDirectory(),
  }));
  for (const { path, isFolder } of places) {
    makePlace(isFolder ? path : dirname(path));
    if (!isFolder && !isThere(path)) writeFileSync(path, "", { mode: 0o644 });
  }
}

/** Resolves links in a path. For example, a path below /lib becomes a path below /usr/lib. */
function resolveLinks(path: string, { rootEntries }: HostLayout): string {
  const link = rootEntries.find((entry) => entry.target !== null && path.startsWith(`${entry.path}/`));
  return link === undefined ? path : join("/", link.target!, path.slice(link.path.length));
}

function makePlace(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
