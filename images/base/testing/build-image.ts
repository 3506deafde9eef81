import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface BuiltImage {
  /** Folder of the image's root file system. Every user may traverse its parents. */
  readonly rootFolder: string;
  /** Uncompressed size. */
  readonly megabytes: number;
  readonly buildSeconds: number;
  readonly config: ImageConfig;
  /** Returns the package sources of an image from this snapshot. Builds only the stage that writes them. */
  sourcesAt(snapshot: string): string;
  /** Removes the image, its mounts and its storage. */
  remove(): void;
}

interface ImageConfig {
  readonly User?: string;
  readonly Env: readonly string[];
}

const script = join(import.meta.dirname, "../../../scripts/build-base-image.ts");
const base = "localhost/debian:trixie-slim";
const tag = "localhost/tembo-base";
const certificates = "/etc/ssl/certs/ca-certificates.crt";

/**
 * Builds the image on a base from Debian's packages, so that no container registry is needed. Uses a storage of its own and this machine's
 * apt settings. Throws if a command fails.
 */
export function buildImage(): BuiltImage {
  const storage = openStorage();
  const { run, build, mount, remove } = storage;
  try {
    importBase(storage);
    const startedAt = performance.now();
    build(tag, ["--without-uv"]);
    const buildSeconds = (performance.now() - startedAt) / 1000;
    const image = JSON.parse(run("buildah", "inspect", "--type", "image", tag));
    const rootFolder = mount(tag);
    return {
      rootFolder,
      megabytes: Number.parseInt(
        run("du", "--summarize", "--one-file-system", "--block-size=MB", rootFolder),
        10,
      ),
      buildSeconds,
      config: image.OCIv1.config,
      sourcesAt: (snapshot) => {
        build(`${tag}:sources`, ["--snapshot", snapshot], ["--target", "debian"]);
        return readFileSync(join(mount(`${tag}:sources`), "etc/apt/sources.list.d/debian.sources"), "utf8");
      },
      remove,
    };
  } catch (cause) {
    remove();
    throw cause;
  }
}

type Storage = ReturnType<typeof openStorage>;

/** Opens an empty storage for images. It grows to several gigabytes, which is too much for a /tmp in memory. */
function openStorage() {
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
  return {
    path,
    run,
    build(name: string, options: readonly string[], builderOptions: readonly string[] = []) {
      run(
        process.execPath,
        ...[script, "--builder", "buildah", "--tag", name, "--base", base, ...options, "--"],
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

/** Creates a minimal Debian with mmdebstrap and imports it as an image. */
function importBase({ path, run }: Storage): void {
  writeFileSync(path("apt.conf"), aptSettings(run("apt-config", "dump", "--no-empty")));
  run("mmdebstrap", "--variant=minbase", `--aptopt=${path("apt.conf")}`, "trixie", path("base.tar"));
  const container = run("buildah", "from", "scratch").trim();
  run("buildah", "add", container, path("base.tar"), "/");
  run("buildah", "commit", "--rm", container, base);
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
