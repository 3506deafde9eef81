import { startGitea } from "./gitea.ts";
import { startGithub } from "./github.ts";
import { startGitlab } from "./gitlab.ts";
import { closeAll, startTogether } from "./start-together.ts";

/** Starts one forge of each kind. Closing the forges asserts that nothing is left behind. */
export async function startForges() {
  const all = await startTogether(startGithub(), startGitlab(), startGitea());
  const [github, gitlab, gitea] = all;
  return { github, gitlab, gitea, all, close: () => closeAll(all) };
}

export type Forges = Awaited<ReturnType<typeof startForges>>;
