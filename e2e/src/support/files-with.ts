import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Returns the files below a folder that contain one of these texts. */
export async function filesWith(folder: string, texts: readonly string[]): Promise<string[]> {
  const patterns = texts.flatMap((text) => ["-e", text]);
  const { stdout } = await promisify(execFile)("grep", ["-rlaF", "-D", "skip", ...patterns, folder]).catch(
    // Exit code 1 means no matches. Exit code 2 means that a file could not be read, for example because it disappeared
    // during the search.
    (error: { code?: number; stdout: string }) => {
      if (error.code === 1 || error.code === 2) return error;
      throw error;
    },
  );
  return stdout.split("\n").filter((line) => line !== "");
}
