import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { renderUnit, serviceRoles, unitName } from "../../server/src/service/render-unit.ts";
import { buildDebian, installedKib, write } from "./build-debian.ts";
import { workspaces } from "./contents.ts";
import { installPlatform, type Manifest } from "./pinned-tree.ts";

/** Names of Node's architectures by those of Debian. */
export const architectures = { amd64: "x64", arm64: "arm64" } as const;
export type Architecture = keyof typeof architectures;

const home = "/usr/lib/tembo";
const environmentFile = "/etc/tembo/tembo.env";
const maintainerScripts = ["postinst", "prerm", "postrm"];

export interface CommandTarball {
  readonly manifest: Manifest;
  /** The npm package, whose files the Debian package contains. */
  readonly tarball: string;
}

/**
 * Packs the command for Debian, with Node and PostgreSQL from the npm packages that package-lock.json pins. Uses the empty folder `scratch`.
 * Returns the file.
 */
export async function packDebian(
  root: string,
  { manifest, tarball }: CommandTarball,
  architecture: Architecture,
  { scratch, target }: { readonly scratch: string; readonly target: string },
): Promise<string> {
  const cpu = architectures[architecture];
  const folder = join(scratch, "package");
  const installed = join(folder, home);
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["--extract", "--file", tarball, "--strip-components=1", "--directory", installed]);
  copyPlatformPackages(root, { manifest, cpu, scratch, installed });
  const program = [`${home}/node_modules/node-linux-${cpu}/bin/node`, `${home}/cli/src/main.js`] as const;
  for (const role of serviceRoles) {
    const unit = await renderUnit({ role, program, environmentFile, user: null });
    const ours = unit.replace(/^#.*\n/, `# Part of the package tembo. Change it with "systemctl edit".\n`);
    write(join(folder, "usr/lib/systemd/system", unitName(role)), ours);
  }
  const template = (name: string) => readFileSync(join(root, "deploy/deb", name), "utf8");
  const launcher = join(folder, "usr/bin/tembo");
  write(launcher, fill(template("tembo.in"), { NODE: program[0], MAIN: program[1] }));
  chmodSync(launcher, 0o755);
  write(join(folder, environmentFile), template("tembo.env"));
  const documents = join(folder, "usr/share/doc/tembo");
  write(join(documents, "copyright"), template("copyright"));
  write(join(documents, "changelog.gz"), gzipSync(readFileSync(join(root, "CHANGELOG.md")), { level: 9 }));
  const control = {
    // A version such as 1.0.0-rc.1 precedes 1.0.0, and "~" has this meaning in Debian.
    VERSION: manifest.version.replace("-", "~"),
    ARCHITECTURE: architecture,
    INSTALLED_KIB: String(installedKib(folder)),
  };
  write(join(folder, "DEBIAN/control"), fill(template("control.in"), control));
  write(join(folder, "DEBIAN/conffiles"), `${environmentFile}\n`);
  for (const name of maintainerScripts) {
    write(join(folder, "DEBIAN", name), template(name));
    chmodSync(join(folder, "DEBIAN", name), 0o755);
  }
  const file = join(target, `tembo_${manifest.version}_${architecture}.deb`);
  buildDebian(folder, file, releaseTime(root));
  return file;
}

interface PlatformPackages {
  readonly manifest: Manifest;
  readonly cpu: string;
  readonly scratch: string;
  readonly installed: string;
}

/** Copies the packages that npm installs for one platform. Leaves out what only compilers of Node's addons and readers use. */
function copyPlatformPackages(root: string, { manifest, cpu, scratch, installed }: PlatformPackages): void {
  const names = Object.keys(manifest.optionalDependencies).filter((name) => name.endsWith(`linux-${cpu}`));
  const platform = join(scratch, "platform");
  mkdirSync(platform);
  installPlatform(root, platform, { manifest, names, cpu, workspaces });
  const unused = /\/node-linux-[^/]+\/(?:include|share|CHANGELOG\.md)$/;
  for (const name of names)
    cpSync(join(platform, "node_modules", name), join(installed, "node_modules", name), {
      recursive: true,
      filter: (source) => !unused.test(source),
    });
}

/** Returns the time of the files in packages and archives: SOURCE_DATE_EPOCH, or the time of the commit. */
export function releaseTime(root: string): number {
  const given = process.env.SOURCE_DATE_EPOCH;
  const text = given ?? execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: root, encoding: "utf8" });
  const seconds = Number(text);
  if (text.trim() !== "" && Number.isInteger(seconds) && seconds >= 0) return seconds;
  throw new Error(`SOURCE_DATE_EPOCH must be a number of seconds, not "${text}".`);
}

function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{\{([A-Z_]+)\}\}/g, (_whole, name: string) => values[name]!);
}
