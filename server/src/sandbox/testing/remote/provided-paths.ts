import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { AppError } from "../../../core/base/index.ts";

/** Returns the path on the agent's machine that stores the contents of a sandbox's read-only path. */
export function providedPath(folder: string, path: string): string {
  const name = createHash("sha256").update(path).digest("hex").slice(0, 32);
  return join(folder, "provided", name, basename(path));
}

/** Replaces the path's contents with the only entry of an archive from the server. */
export async function keepProvided(
  folder: string,
  path: string,
  archive: AsyncIterable<Buffer>,
): Promise<void> {
  const target = join(providedPath(folder, path), "..");
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  await chmod(target, 0o755);
  const tar = spawn(
    "tar",
    ["--extract", "--no-same-owner", "--preserve-permissions", "--directory", target],
    {
      stdio: ["pipe", "ignore", "ignore"],
    },
  );
  const ended = once(tar, "close");
  await pipeline(archive, tar.stdin).catch(() => tar.kill("SIGKILL"));
  const [code] = await ended;
  if (code !== 0)
    throw new AppError("sandbox_unavailable", `${path} could not be copied to the machine of the sandbox.`);
}
