import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LaunchContext, LaunchSpec, ProgramWays } from "../launch-spec.ts";
import { type StreamJsonParameters, streamJsonProgram } from "./parameters.ts";

type Command = LaunchSpec["argv"];

/** Words that start the adapter, whose file in the sandbox is `entry`, and it the command. */
export function adaptTo(
  streamJson: NonNullable<ProgramWays["streamJson"]>,
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
 * The adapter below the folder of harnesses, readable by every user: its source may lie where a sandbox cannot go. Named by what it holds, so that
 * what is there is right, and a sandbox that runs an earlier one keeps it. Safe to call from several processes at once. Gives its real path.
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
    // Another process was quicker with the very same.
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw cause;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
