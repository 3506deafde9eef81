import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { onPath } from "../support/programs/on-path.ts";

/** A program that runs JavaScript: its command line, or the reason why it is missing. */
export type Runtime = { readonly command: readonly string[] } | { readonly missing: string };

const require = createRequire(import.meta.url);
const names: Partial<Record<NodeJS.Architecture, { bun: string; deno: string }>> = {
  x64: { bun: "@oven/bun-linux-x64", deno: "@deno/linux-x64-glibc" },
  arm64: { bun: "@oven/bun-linux-aarch64", deno: "@deno/linux-arm64-glibc" },
};

/** Finds Bun in its optional npm package. `npm ci` skips the packages for other platforms. */
export function findBun(): Runtime {
  return findPackaged("bun", "bin/bun", []);
}

/** Finds Deno. The returned command lets programs connect only to `host`. */
export function findDeno(host: string): Runtime {
  return findPackaged("deno", "deno", [
    "run",
    "--no-lock",
    "--no-remote",
    "--no-prompt",
    `--allow-net=${host}`,
  ]);
}

/** Finds the first Node 20 on the PATH. Node 20 is the oldest version that the SDK supports. */
export function findNode20(): Runtime {
  const file = onPath("node").find((program) => /^v20[.]/.test(versionOf(program) ?? ""));
  return file === undefined ? { missing: "Node 20 is not on the PATH" } : { command: [file] };
}

/** Finds the Chromium browser on the PATH. */
export function findChromium(): Runtime {
  const [file] = onPath("chromium");
  const missing = "chromium is not on the PATH: apt-get install chromium";
  return file === undefined ? { missing } : { command: [file] };
}

function findPackaged(runtime: "bun" | "deno", path: string, args: readonly string[]): Runtime {
  const name = names[process.arch]?.[runtime];
  if (name === undefined) return { missing: `${runtime} is not packaged for ${process.arch}` };
  let folder: string;
  try {
    folder = dirname(require.resolve(`${name}/package.json`));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw cause;
    return { missing: `${name} is not installed: npm ci --include=optional` };
  }
  const file = join(folder, path);
  if (versionOf(file) === null) return { missing: `${name} does not run on this machine` };
  return { command: [file, ...args] };
}

/**
 * Returns the output of `--version`. Returns null if the program cannot run, for example because the processor lacks an
 * instruction set.
 */
function versionOf(file: string): string | null {
  try {
    return execFileSync(file, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return null;
  }
}
