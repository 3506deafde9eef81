import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { howToFill, isOffline, requireNoNetwork } from "../../scripts/install-tests/offline.ts";
import { npmSetting } from "../../scripts/install-tests/user-home.ts";

export type Storage = ReturnType<typeof openStorage>;

const certificates = "/etc/ssl/certs/ca-certificates.crt";
const scripts = join(import.meta.dirname, "../../scripts");
/** Downloads of apt, which an offline run reads. */
const downloads = join(import.meta.dirname, "../../.cache/image-downloads");

/** Opens an empty storage for images. It grows to several gigabytes, which is too much for a /tmp in memory. */
export function openStorage() {
  requireNoNetwork();
  const folder = mkdtempSync("/var/tmp/tembo-image-");
  const path = (name: string) => join(folder, name);
  const env = {
    ...process.env,
    CONTAINERS_STORAGE_CONF: path("storage.conf"),
    BUILDAH_ISOLATION: "chroot",
  };
  writeFileSync(
    path("storage.conf"),
    `[storage]\ndriver = "overlay"\ngraphroot = "${path("storage")}"\nrunroot = "${path("run")}"\n`,
  );
  const run = (program: string, ...args: string[]) => runProgram(program, args, env);
  writeFileSync(path("apt.conf"), aptSettings(run("apt-config", "dump", "--no-empty")));
  return {
    path,
    env,
    run,
    /** Runs one of the scripts that build an image, with this machine's apt settings and certificates. */
    build(script: string, options: readonly string[], builderOptions: readonly string[] = []) {
      run(
        process.execPath,
        ...[join(scripts, script), "--builder", "buildah", ...options, "--"],
        // buildah's default limits exceed those that this process may set.
        ...["--ulimit", `nofile=${run("sh", "-c", "ulimit -Hn").trim()}`, "--ulimit", "nproc=50000"],
        ...["--secret", `id=apt,src=${path("apt.conf")}`],
        ...(existsSync(certificates) ? ["--secret", `id=ca,src=${certificates}`] : []),
        ...builderOptions,
      );
    },
    mount(name: string): string {
      const root = run("buildah", "mount", run("buildah", "from", name).trim()).trim();
      for (let parent = dirname(root); parent !== dirname(folder); parent = dirname(parent))
        chmodSync(parent, 0o711);
      return root;
    },
    remove() {
      spawnSync("buildah", ["rm", "--all"], { env });
      // The storage library mounts this folder on itself.
      spawnSync("umount", [path("storage/overlay")]);
      rmSync(folder, { recursive: true });
    },
  };
}

/**
 * Creates a minimal Debian, with further packages, with mmdebstrap and imports it as an image, so that no container registry is needed. An
 * offline run imports the one of the last run with a network.
 */
export function importBase({ path, run }: Storage, name: string, packages: readonly string[] = []): void {
  const archive = join(downloads, `${["debian", ...packages].join("-")}.tar`);
  if (!isOffline) {
    mkdirSync(downloads, { recursive: true });
    const incomplete = join(downloads, "incomplete.tar");
    const options = ["--variant=minbase", `--aptopt=${path("apt.conf")}`];
    if (packages.length > 0)
      options.push('--aptopt=APT::Install-Recommends "false"', `--include=${packages.join()}`);
    run("mmdebstrap", ...options, "trixie", incomplete);
    renameSync(incomplete, archive);
  } else if (!existsSync(archive)) throw new Error(`${archive} does not exist. ${howToFill}`);
  const container = run("buildah", "from", "scratch").trim();
  run("buildah", "add", container, archive, "/");
  run("buildah", "commit", "--rm", container, name);
}

/**
 * Returns the options of a build with which npm and apt keep their downloads on this machine. In an offline run, they use the downloads of
 * earlier runs.
 */
export function keepDownloads({ path }: Storage): string[] {
  const [inBuild, lists, packages] = ["/run/downloads", "lists", "packages"];
  for (const name of [lists, packages]) mkdirSync(join(downloads, name), { recursive: true });
  // Without a network, "apt-get update" succeeds with a warning, and keeps the lists.
  writeFileSync(
    path("downloads.conf"),
    `Dir::State::lists "${inBuild}/${lists}";\nDir::Cache::archives "${inBuild}/${packages}";\n`,
  );
  writeFileSync(
    path("npmrc"),
    `cache=${inBuild}/npm\nregistry=${npmSetting("registry")}\n${isOffline ? "" : "prefer-"}offline=true\n`,
  );
  const volumes = {
    [downloads]: inBuild,
    [join(npmSetting("cache"), "_cacache")]: `${inBuild}/npm/_cacache`,
    [path("downloads.conf")]: "/etc/apt/apt.conf.d/98downloads",
  };
  return [
    ...Object.entries(volumes).flatMap(([outside, inside]) => ["--volume", `${outside}:${inside}`]),
    ...["--secret", `id=npmrc,src=${path("npmrc")}`],
  ];
}

/** Adds Node.js and npm to an image, where the official images of Node.js have them. */
export function addNode({ path, run }: Storage, from: string, name: string): void {
  cpSync(join(import.meta.dirname, "../base/npm"), path("npm"), { recursive: true });
  run("npm", "ci", "--prefix", path("npm"), "--ignore-scripts", "--no-audit", "--no-fund");
  const modules = path("npm/node_modules");
  const container = run("buildah", "from", from).trim();
  const local = join(run("buildah", "mount", container).trim(), "usr/local");
  cpSync(join(modules, `node-linux-${process.arch}/bin/node`), join(local, "bin/node"));
  cpSync(join(modules, "npm"), join(local, "lib/node_modules/npm"), { recursive: true });
  chmodSync(join(local, "lib/node_modules/npm/bin/npm-cli.js"), 0o755);
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(local, "bin/npm"));
  run("buildah", "commit", "--rm", container, name);
}

/** Returns the settings with which apt reaches its mirror, such as proxies. */
function aptSettings(dump: string): string {
  return dump
    .split("\n")
    .filter((line) => /^Acquire::(?:Check-|https?::)/.test(line))
    .map((line) => `${line}\n`)
    .join("");
}

function runProgram(program: string, args: readonly string[], env: NodeJS.ProcessEnv): string {
  const options = { env, encoding: "utf8", maxBuffer: 64 * 1024 ** 2, timeout: 30 * 60_000 } as const;
  const { status, stdout, stderr, error } = spawnSync(program, args, options);
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Error(`${program} failed with ${status}: ${`${stdout}${stderr}`.slice(-4_000)}`);
  return stdout;
}
