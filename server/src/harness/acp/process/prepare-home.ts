import { posix } from "node:path";
import { AppError } from "../../../core/base/index.ts";

type Argv = readonly [string, ...string[]];

export interface HomePreparation {
  /** Path of HOME inside the sandbox. */
  readonly homePath: string;
  /** File contents, by path relative to HOME. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** Shell commands that run in HOME. The program starts even if they fail. */
  readonly commands?: string | undefined;
}

/** Maximum size of the script, which is a single argument. Linux limits an argument to 128 KiB (MAX_ARG_STRLEN). */
const maxScriptBytes = 120_000;

/**
 * Returns a command line for a shell that writes files to HOME, runs `commands` and then starts the program. The shell writes the files inside
 * the sandbox, as the sandbox's user. If a hostile HOME contains links to other paths, they can therefore affect only paths that the harness
 * itself can write. Throws `harness_failed` if the resulting script is too long.
 */
export function prepareHome(argv: Argv, { homePath, files = {}, commands }: HomePreparation): Argv {
  const steps = Object.entries(files).map(([path, text]) => writeFile(homePath, path, text));
  if (commands !== undefined) steps.push(`{ (cd ${quote(homePath)} && ${commands}) || true; }`);
  if (steps.length === 0) return argv;
  const script = [...steps, 'exec "$@"'].join(" && ");
  if (Buffer.byteLength(script) > maxScriptBytes) {
    throw new AppError(
      "harness_failed",
      `The harness settings are ${Buffer.byteLength(script)} bytes long, but the limit is ${maxScriptBytes} bytes. Choose a model with a shorter name.`,
    );
  }
  return ["/bin/sh", "-c", script, "sh", ...argv];
}

/**
 * Returns the commands that write a file. They remove the path first, so that a link or folder from an earlier turn is replaced instead of
 * followed.
 */
function writeFile(homePath: string, path: string, text: string): string {
  const file = quote(posix.join(homePath, path));
  const folder = quote(posix.join(homePath, posix.dirname(path)));
  return `mkdir -p ${folder} && rm -rf ${file} && printf %s ${quote(text)} > ${file}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
