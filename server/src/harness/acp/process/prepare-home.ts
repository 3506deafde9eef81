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

/** Linux limits a single argument to 128 KiB (MAX_ARG_STRLEN), and one argument contains all files. */
const maxScriptBytes = 120_000;

/**
 * Returns a command line for a shell that writes files to HOME and then starts the program. The files are therefore written inside the
 * sandbox, as its user. Even if a hostile HOME contains links to other paths in their place, only paths that the harness itself can write
 * are affected. Throws `harness_failed` if the files are too long.
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

/** Removes the path first, so that a link or folder from an earlier turn is replaced and not followed. */
function writeFile(homePath: string, path: string, text: string): string {
  const file = quote(posix.join(homePath, path));
  const folder = quote(posix.join(homePath, posix.dirname(path)));
  return `mkdir -p ${folder} && rm -rf ${file} && printf %s ${quote(text)} > ${file}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
