import { posix } from "node:path";
import { AppError } from "../../../core/base/index.ts";

type Argv = readonly [string, ...string[]];

export interface HomePreparation {
  /** HOME as seen inside the sandbox. */
  readonly homePath: string;
  /** Text by path below HOME. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** Words of a shell, which runs them in HOME; that they fail does not keep the program from starting. */
  readonly commands?: string | undefined;
}

/** Linux takes 128 KiB for one argument (MAX_ARG_STRLEN), and all files travel in one. */
const maxScriptBytes = 120_000;

/**
 * The program, started by a shell that first writes files of HOME. So they are written inside the sandbox and as its user: whatever
 * a hostile HOME holds in their place, links that lead elsewhere included, they reach nothing that the harness could not reach itself.
 * Throws `harness_failed` when they are too long.
 */
export function prepareHome(argv: Argv, { homePath, files = {}, commands }: HomePreparation): Argv {
  const steps = Object.entries(files).map(([path, text]) => writeFile(homePath, path, text));
  if (commands !== undefined) steps.push(`{ (cd ${quote(homePath)} && ${commands}) || true; }`);
  if (steps.length === 0) return argv;
  const script = [...steps, 'exec "$@"'].join(" && ");
  if (Buffer.byteLength(script) > maxScriptBytes) {
    throw new AppError(
      "harness_failed",
      `The settings of the harness come to ${Buffer.byteLength(script)} bytes, and at most ${maxScriptBytes} can be handed over. Choose a model with a shorter name.`,
    );
  }
  return ["/bin/sh", "-c", script, "sh", ...argv];
}

/** Removed first: a link or a folder of an earlier turn is replaced, not followed. */
function writeFile(homePath: string, path: string, text: string): string {
  const file = quote(posix.join(homePath, path));
  const folder = quote(posix.join(homePath, posix.dirname(path)));
  return `mkdir -p ${folder} && rm -rf ${file} && printf %s ${quote(text)} > ${file}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
