import { spawn } from "node:child_process";
import { once } from "node:events";
import { reason } from "../core/base/index.ts";
import { startProgram } from "../runtime/start-program.ts";

export interface ToolResult {
  /** Exit code, or null if the program could not be started or was killed, for example at the time limit. */
  readonly code: number | null;
  /** First 4,000 characters of the output, or the reason why the program could not be started. */
  readonly output: string;
  readonly isMissing: boolean;
}

const maxOutput = 4_000;

/** Runs a program, which it looks up on `path`, for at most 10 s. Never rejects. */
export async function runTool(argv: readonly [string, ...string[]], path: string): Promise<ToolResult> {
  try {
    return await run(argv, path);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    return { code: null, output: reason(cause), isMissing };
  }
}

async function run(argv: readonly [string, ...string[]], path: string): Promise<ToolResult> {
  const [program, ...rest] = argv;
  const child = startProgram(() =>
    spawn(program, rest, {
      cwd: "/",
      env: { PATH: path, LC_ALL: "C" },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 10_000,
      killSignal: "SIGKILL",
    }),
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output = (output + chunk).slice(0, maxOutput);
    });
  }
  const [code] = await once(child, "close");
  return { code, output: output.trim(), isMissing: false };
}
