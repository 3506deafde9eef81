import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError, withReason } from "../../core/base/index.ts";
import type {
  ImportPriority,
  Omissions,
  Sandbox,
  SandboxFolder,
  SandboxProcess,
} from "../../core/turns/index.ts";
import { packingChanges } from "./pack-changes.ts";

type Inside = Pick<Sandbox, "spawn" | "workspacePath" | "homePath">;

const endOfOutput = 500;

/** Exit code of tar(1) if a file changed while tar read it. */
const changedMeanwhile = 1;

const creation = "tar --create --format=posix --sparse --ignore-failed-read --numeric-owner";

/** Implements `Sandbox.exportFolder` by running a program inside the sandbox. Skips files that the program cannot read. */
export async function* exportFolder(
  sandbox: Inside,
  { folder, omissions }: { readonly folder: SandboxFolder; readonly omissions: Omissions },
  signal: AbortSignal,
): AsyncIterable<Buffer> {
  const cwd = pathOf(sandbox, folder);
  const tar = sandbox.spawn({ argv: packingCommand(omissions), cwd, env: {} }, signal);
  tar.stdin.end();
  const words = lastWords(tar.stderr);
  yield* tar.stdout as AsyncIterable<Buffer>;
  const { code } = await tar.exited;
  signal.throwIfAborted();
  if (code === 0 || code === changedMeanwhile) return;
  throw failed(`The sandbox's ${folder} could not be read`, words());
}

function packingCommand(omissions: Omissions): [string, ...string[]] {
  if ("filesInGitOf" in omissions)
    return ["sh", "-c", packingChanges(creation), "sh", ...omissions.filesInGitOf];
  const excluded = omissions.paths.map((path) => `--exclude=./${path}`);
  return ["sh", "-c", `exec ${creation} "$@" .`, "sh", "--anchored", "--no-wildcards", ...excluded];
}

const extraction = "tar --extract --preserve-permissions --no-same-owner";

/** Command that unpacks an archive and overwrites existing files. */
export const unpacking = `exec ${extraction}`;

/** Prints a command that runs another one, if it works in this sandbox. */
const ifPossible = (command: string) => `$(${command} true 2>/dev/null && echo ${command})`;

/** Command that does the same with idle priority. Small systems lack nice(1), and gVisor has no priorities for disks. */
const unpackingWhenIdle = `exec ${ifPossible("nice -n 19")} ${ifPossible("ionice -c 3")} ${extraction}`;

/** Implements `Sandbox.importFolder` by running a program inside the sandbox. */
export function importFolder(
  sandbox: Inside,
  { folder, priority }: { readonly folder: SandboxFolder; readonly priority: ImportPriority },
  archive: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  const unpack = priority === "idle" ? unpackingWhenIdle : unpacking;
  return feedScript(sandbox, { folder, script: `find . -mindepth 1 -delete && ${unpack}` }, archive, signal);
}

/**
 * Runs a shell script in a folder of the sandbox and writes the input to its stdin. Throws the error from the input, or `sandbox_unavailable` if
 * the script fails.
 */
export async function feedScript(
  sandbox: Inside,
  { folder, script }: { readonly folder: SandboxFolder; readonly script: string },
  input: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  const program = sandbox.spawn(
    { argv: ["sh", "-c", `cd "$1" && ${script}`, "sh", pathOf(sandbox, folder)], cwd: "/", env: {} },
    signal,
  );
  const words = lastWords(program.stderr);
  program.stdout.resume();
  const sent = send(input, program, signal);
  const { code } = await program.exited;
  signal.throwIfAborted();
  const fault = await sent;
  // The input's error explains more than the program's error.
  if (fault !== null) throw fault.cause;
  if (code !== 0) throw failed(`Files could not be written to the sandbox's ${folder}`, words());
}

interface Fault {
  readonly cause: unknown;
}

/**
 * Writes the archive to the program's input. Returns the archive's error, or null if there is none. Ignores write errors: a program that exits
 * early closes its input, and its exit code indicates the reason.
 */
async function send(
  archive: AsyncIterable<Buffer>,
  { stdin, exited }: SandboxProcess,
  signal: AbortSignal,
): Promise<Fault | null> {
  const faults: Fault[] = [];
  const watched = (async function* () {
    try {
      yield* archive;
    } catch (cause) {
      faults.push({ cause });
      throw cause;
    }
  })();
  await Promise.race([pipeline(watched, stdin, { signal }).catch(() => {}), exited]);
  return faults[0] ?? null;
}

const pathOf = (sandbox: Inside, folder: SandboxFolder) =>
  folder === "workspace" ? sandbox.workspacePath : sandbox.homePath;

function lastWords(stream: Readable): () => string {
  let words = "";
  stream.on("data", (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-endOfOutput);
  });
  return () => words.replaceAll(/\s+/g, " ").trim();
}

function failed(what: string, words: string): AppError {
  return new AppError("sandbox_unavailable", withReason(what, words || "its program was killed"));
}
