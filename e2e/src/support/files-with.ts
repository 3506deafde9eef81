import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Files below a folder that hold one of these texts. */
export async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const patterns = texts.flatMap((text) => ["-e", text]);
  const { stdout } = await promisify(execFile)("grep", ["-rlaF", "-D", "skip", ...patterns, folder]).catch(
    // 1 when there are none, 2 for a file that went away meanwhile.
    (error: { code?: number; stdout: string }) => {
      if (error.code === 1 || error.code === 2) return error;
      throw error;
    },
  );
  return stdout.split("\n").filter((line) => line !== "");
}
