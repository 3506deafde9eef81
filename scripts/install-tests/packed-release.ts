import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export interface PackedRelease {
  readonly folder: string;
  readonly command: string;
  readonly sdk: string;
  /** Debian packages by their architecture. `native` is the one of this machine. */
  readonly debs: Readonly<Record<"amd64" | "arm64" | "native", string>>;
  remove(): void;
}

/** The limit includes the downloads of all packages for both architectures. */
const packing = { script: join(import.meta.dirname, "../release/pack.ts"), limitMs: 600_000 };

/**
 * Returns the release in the folder that the variable TEMBO_RELEASE_FOLDER names, so that the tested files can be published. Without the
 * variable, packs the release into a temporary folder, with `npm run release:pack` without its setup.
 */
export function packRelease(
  given = process.env.TEMBO_RELEASE_FOLDER ?? "",
  { script, limitMs } = packing,
): PackedRelease {
  if (given !== "") return { ...findFiles(resolve(given)), remove: () => {} };
  const folder = mkdtempSync(join(tmpdir(), "tembo-release-"));
  const remove = () => rmSync(folder, { recursive: true });
  try {
    const { status, stderr, error } = spawnSync(process.execPath, [script, folder], {
      encoding: "utf8",
      timeout: limitMs,
      killSignal: "SIGKILL",
    });
    if (status !== 0)
      throw new Error(`The release could not be packed: ${stderr}${error?.message ?? ""}`, { cause: error });
    return { ...findFiles(folder), remove };
  } catch (cause) {
    remove();
    throw cause;
  }
}

function findFiles(folder: string) {
  const fileNamed = (prefix: string, suffix: string) => {
    const names = readdirSync(folder).filter((file) => file.startsWith(prefix) && file.endsWith(suffix));
    if (names.length !== 1) throw new Error(`${folder} must have one file ${prefix}*${suffix}.`);
    return join(folder, names[0]!);
  };
  const [amd64, arm64] = [fileNamed("tembo_", "_amd64.deb"), fileNamed("tembo_", "_arm64.deb")];
  return {
    folder,
    command: fileNamed("opentembo-tembo-", ".tgz"),
    sdk: fileNamed("opentembo-sdk-", ".tgz"),
    debs: { amd64, arm64, native: process.arch === "arm64" ? arm64 : amd64 },
  };
}
