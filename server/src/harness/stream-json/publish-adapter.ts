import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LaunchContext, LaunchSpec, ProgramTraits } from "../launch-spec.ts";
import { type StreamJsonParameters, streamJsonProgram } from "./parameters.ts";

type Command = LaunchSpec["argv"];

/**
 * Returns the command that starts the adapter. `entry` is the adapter's file in the sandbox, and `command` is the program that the adapter
 * starts.
 */
export function adaptTo(
  streamJson: NonNullable<ProgramTraits["streamJson"]>,
  {
    displayName,
    entry,
    command,
  }: { readonly displayName: string; readonly entry: string; readonly command: Command },
): Command {
  return (context: LaunchContext) => {
    const parameters = { ...streamJson(context), displayName, command: command(context) };
    return [context.nodeBinary, entry, JSON.stringify(parameters satisfies StreamJsonParameters)];
  };
}

/**
 * Copies the adapter to the harnesses folder, readable by every user, because a sandbox may have no access to its source. The copy's name
 * contains a digest of the contents. An existing copy is therefore always correct, and a sandbox with an earlier version continues to use
 * that version. Several processes can call this function at the same time. Returns the real path.
 */
export async function publishAdapter(harnessesDir: string): Promise<string> {
  const files = await readAll(streamJsonProgram);
  const digest = createHash("sha256").update(JSON.stringify(files)).digest("hex");
  const dir = join(harnessesDir, `.stream-json-${digest.slice(0, 16)}`);
  if (!existsSync(dir)) await writeFolder(harnessesDir, dir, files);
  return realpath(dir);
}

async function readAll(folder: string): Promise<readonly (readonly [name: string, text: string])[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".cjs")).sort();
  return Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as const));
}

async function writeFolder(
  parent: string,
  dir: string,
  files: Awaited<ReturnType<typeof readAll>>,
): Promise<void> {
  await mkdir(parent, { recursive: true, mode: 0o755 });
  const temporary = await mkdtemp(`${dir}.`);
  try {
    for (const [name, text] of files) {
      await writeFile(join(temporary, name), text);
      await chmod(join(temporary, name), 0o644);
    }
    await chmod(temporary, 0o755);
    await rename(temporary, dir);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // Another process has published the same contents.
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw cause;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
