import { readFileSync } from "node:fs";
import { join } from "node:path";
import { importBase, openStorage } from "../../testing/storage.ts";

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

const base = "localhost/debian:trixie-slim";
const tag = "localhost/tembo-base";

/**
 * Builds the image on a base from Debian's packages, so that no container registry is needed. Uses a storage of its own and this machine's
 * apt settings. Throws if a command fails.
 */
export function buildImage(): BuiltImage {
  const storage = openStorage();
  const { run, mount, remove } = storage;
  const build = (name: string, options: readonly string[], builderOptions: readonly string[] = []) =>
    storage.build("build-base-image.ts", ["--tag", name, "--base", base, ...options], builderOptions);
  try {
    importBase(storage, base);
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
