import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export type Storage = ReturnType<typeof openStorage>;

const certificates = "/etc/ssl/certs/ca-certificates.crt";
const scripts = join(import.meta.dirname, "../../scripts");

/** Opens an empty storage for images. It grows to several gigabytes, which is too much for a /tmp in memory. */
export function openStorage() {
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

/** Creates a minimal Debian with mmdebstrap and imports it as an image, so that no container registry is needed. */
export function importBase({ path, run }: Storage, name: string): void {
  run("mmdebstrap", "--variant=minbase", `--aptopt=${path("apt.conf")}`, "trixie", path("base.tar"));
  const container = run("buildah", "from", "scratch").trim();
  run("buildah", "add", container, path("base.tar"), "/");
  run("buildah", "commit", "--rm", container, name);
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
