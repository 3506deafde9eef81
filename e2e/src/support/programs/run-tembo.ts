import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { API_KEY } from "../api-key.ts";
import type { World } from "../world.ts";
import { commandFile } from "./command-file.ts";

/** The server that a command uses. */
type Target = Pick<World, "url" | "dataDir"> & {
  /** File with the certificate of the authority that the command trusts besides the usual ones. */
  readonly authorityFile?: string;
};

interface TemboRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Both outputs. */
  readonly output: string;
}

/**
 * Runs `tembo` against a world as from a shell. Sends `input` to standard input. Returns the output and the exit code.
 */
export async function runTembo(world: Target, args: readonly string[], input = ""): Promise<TemboRun> {
  const child = spawn(process.execPath, [commandFile().bin, ...args], {
    env: temboEnvironment(world),
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? -1)));
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err, output: out + err };
}

/**
 * Starts `tembo` on a pseudo-terminal of this size. The caller types into its standard input, and reads its standard
 * output.
 */
export function startTemboOnTerminal(
  world: Target,
  args: readonly string[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
): ChildProcessWithoutNullStreams {
  const command = [process.execPath, commandFile().bin, ...args].map((part) => `'${part}'`).join(" ");
  const line = `stty rows ${rows} cols ${columns}; exec ${command}`;
  return spawn("script", ["-qefc", line, "/dev/null"], {
    env: { ...temboEnvironment(world), TERM: "xterm" },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

const temboEnvironment = ({ url, dataDir, authorityFile }: Target) => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  ...commandFile().env,
  TEMBO_BASE_URL: url,
  TEMBO_API_KEY: API_KEY,
  TEMBO_DATA_DIR: dataDir,
  ...(authorityFile !== undefined && { NODE_EXTRA_CA_CERTS: authorityFile }),
});
