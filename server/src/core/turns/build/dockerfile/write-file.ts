import { AppError } from "../../../base/index.ts";
import type { Sandbox, SandboxProcess } from "../../sandbox/sandbox.ts";

/** Folder of a builder's sandbox. */
export interface Place {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly signal: AbortSignal;
}

export type Content = AsyncIterable<Uint8Array> | Iterable<Uint8Array | string>;

/** Writes a file. `path` is relative to the folder. Creates missing folders. Throws `unavailable` if the file cannot be written. */
export const writeFile = (place: Place, path: string, content: Content): Promise<void> =>
  runIn(place, 'file="$1/$2" && mkdir -p "${file%/*}" && cat > "$file"', [path], content);

/** Runs a script for sh, whose arguments are the folder and `args`. Throws `unavailable` if it fails. */
export async function runIn(
  { sandbox, folder, signal }: Place,
  script: string,
  args: readonly string[],
  content: Content,
): Promise<void> {
  const argv = ["/bin/sh", "-c", script, "sh", folder, ...args] as const;
  const child = sandbox.spawn({ argv, cwd: "/", env: {} }, signal);
  child.stdout.resume();
  child.stderr.resume();
  child.stdin.on("error", () => {});
  // A failed write ends the loop. The exit code of the program explains it.
  for await (const chunk of content) if (!(await writeChunk(child.stdin, chunk))) break;
  child.stdin.end();
  const { code } = await child.exited;
  signal.throwIfAborted();
  if (code !== 0)
    throw new AppError("unavailable", "A file could not be written to the builder of images. Try again.");
}

/** Returns false if the program no longer reads its input. */
const writeChunk = (stdin: SandboxProcess["stdin"], chunk: Uint8Array | string): Promise<boolean> =>
  new Promise((resolve) => {
    stdin.write(chunk, (error) => resolve(!error));
  });
