import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** Files that only root may read, below the folder of the package. */
const privateFiles = ["etc/tembo/tembo.env"];

/**
 * Builds a Debian package from a folder with the installed files and DEBIAN. Sets the modes and times of all files first, so that the same
 * files give the same bytes for any umask and order, and adds md5sums. `epochSeconds` is the time of all files.
 */
export function buildDebian(folder: string, file: string, epochSeconds: number): void {
  const files = installedPaths(folder).filter((path) => lstatSync(join(folder, path)).isFile());
  const sums = files.map((path) => `${md5(join(folder, path))}  ${path}\n`);
  write(join(folder, "DEBIAN/md5sums"), sums.join(""));
  for (const path of ["", ...allPaths(folder)]) {
    const full = join(folder, path);
    if (!lstatSync(full).isSymbolicLink()) chmodSync(full, modeOf(full, path));
    lutimesSync(full, epochSeconds, epochSeconds);
  }
  // At zstd's highest levels, the package takes minutes to build.
  execFileSync("dpkg-deb", ["--root-owner-group", "-Zzstd", "-z10", "--build", folder, file], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epochSeconds) },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** Returns the size of the installed files in KiB, as Installed-Size in deb-control(5) counts them. */
export function installedKib(folder: string): number {
  const sizes = installedPaths(folder).map((path) => {
    const stats = lstatSync(join(folder, path));
    return stats.isFile() ? Math.ceil(stats.size / 1024) : 1;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

function installedPaths(folder: string): string[] {
  return allPaths(folder).filter((path) => !/^DEBIAN(?:\/|$)/.test(path));
}

/** Returns all paths below the folder. A glob would leave out those that start with a dot. */
function allPaths(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}

function modeOf(full: string, path: string): number {
  if (privateFiles.includes(path)) return 0o600;
  const stats = lstatSync(full);
  return stats.isDirectory() || (stats.mode & 0o100) !== 0 ? 0o755 : 0o644;
}

function md5(file: string): string {
  return createHash("md5").update(readFileSync(file)).digest("hex");
}

export function write(file: string, content: string | Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
