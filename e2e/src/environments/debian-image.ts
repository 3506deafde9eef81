import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startDockerRegistry } from "../../../server/src/layers/testing/docker-registry.ts";

const cache = join(import.meta.dirname, "../../../.cache/environments");
/** Packages of Debian with which the stories build and test projects. The machine's own programs are never used. */
const packages = [
  ...["ca-certificates", "git", "procps"],
  ...["postgresql", "redis-server"],
  ...["python3-psycopg", "python3-pytest", "python3-redis", "python3-venv"],
  ...["golang-go", "openjdk-21-jdk-headless", "junit4"],
  ...["nix-bin"],
];
const buildLimitMs = 20 * 60_000;

/** Reason why the stories cannot run on this machine, or false. */
export const skip = reasonToSkip();

function reasonToSkip(): string | false {
  if (process.getuid!() !== 0) return "needs root";
  const programs = ["docker-registry", "mmdebstrap", "skopeo", "bwrap"];
  const missing = programs.filter((name) => spawnSync(name, ["--version"]).error !== undefined);
  return missing.length > 0 && `needs ${missing.join(", ")}`;
}

/**
 * Starts a registry with an image of Debian, and returns the image's reference. Builds the image with mmdebstrap, once per
 * clone and list of packages.
 */
export async function startDebianRegistry() {
  const folder = join(cache, createHash("sha256").update(packages.join()).digest("hex").slice(0, 16));
  if (!existsSync(folder)) await fillRegistry(folder);
  const { host, close } = await startDockerRegistry(folder);
  return { reference: referenceAt(host), close };
}

const referenceAt = (host: string) => `${host}/debian:13`;

/** Renames the folder when it is complete, so that a stopped run leaves no incomplete registry. */
async function fillRegistry(folder: string): Promise<void> {
  const part = `${folder}.part`;
  const archive = join(part, "debian.tar");
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  execute("mmdebstrap", [
    "--variant=minbase",
    '--aptopt=APT::Install-Recommends "false"',
    `--include=${packages.join()}`,
    "trixie",
    archive,
  ]);
  const registry = await startDockerRegistry(part);
  try {
    const to = `docker://${referenceAt(registry.host)}`;
    execute("skopeo", ["copy", "--quiet", "--dest-tls-verify=false", `tarball:${archive}`, to]);
  } finally {
    await registry.close();
  }
  rmSync(archive);
  renameSync(part, folder);
}

function execute(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: ["ignore", "ignore", "inherit"], timeout: buildLimitMs });
}
