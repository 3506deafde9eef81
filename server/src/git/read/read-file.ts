import type { MirrorFile } from "../../core/forges/index.ts";
import { gitText, runGit } from "../process/run-git.ts";
import { shallowFile } from "../remote/shallow.ts";

export async function readFile(
  input: {
    readonly mirrorPath: string;
    readonly branch: string;
    readonly path: string;
    readonly maxBytes: number;
  },
  signal: AbortSignal,
): Promise<MirrorFile | null> {
  const { mirrorPath, branch, path, maxBytes } = input;
  const git = { gitDir: mirrorPath, shallowFile: shallowFile(mirrorPath), signal };
  const ref = `refs/heads/${branch}:${path}`;
  const named = ["rev-parse", "--verify", "--quiet", "--end-of-options", ref];
  const found = await runGit({ ...git, args: named, answers: [1, 128] });
  const sha = found.stdout.toString("utf8").trim();
  if (found.code !== 0 || sha === "") return null;
  if ((await gitText({ ...git, args: ["cat-file", "-t", sha] })) !== "blob") return null;
  if (Number(await gitText({ ...git, args: ["cat-file", "-s", sha] })) > maxBytes)
    return { kind: "tooLarge" };
  const { stdout } = await runGit({ ...git, args: ["cat-file", "blob", sha] });
  return { kind: "text", text: stdout.toString("utf8") };
}
