import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const FILE_BYTES = 256 * 1024;

/**
 * Creates a bare repository that has one pack with about `bytes` bytes of incompressible data. Returns the pack size in
 * bytes.
 */
export async function makeRepository(path: string, bytes: number): Promise<number> {
  const work = `${path}.work`;
  await mkdir(work, { recursive: true });
  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=Bench", "-c", "user.email=bench@localhost", ...args], { cwd: work });
  await git("init", "--quiet", "--initial-branch=main");
  for (let index = 0; index * FILE_BYTES < bytes; index += 1)
    await writeFile(join(work, `file-${index}`), randomBytes(FILE_BYTES));
  await git("add", "--all");
  await git("commit", "--quiet", "--message", "Everything");
  await run("git", ["clone", "--quiet", "--bare", "--no-local", work, path]);
  await run("git", ["-C", path, "repack", "-adq"]);
  await rm(work, { recursive: true });
  const packs = join(path, "objects/pack");
  const pack = (await readdir(packs)).find((name) => name.endsWith(".pack"))!;
  return (await stat(join(packs, pack))).size;
}
