import { startGitea } from "./gitea.ts";
import { startGithub } from "./github.ts";
import { startGitlab } from "./gitlab.ts";
import { closeAll, startTogether } from "./start-together.ts";

/** One of each kind; closing them asserts that nothing of them is left. */
export async function startForges() {
  const all = await startTogether(startGithub(), startGitlab(), startGitea());
  const [github, gitlab, gitea] = all;
  return { github, gitlab, gitea, all, close: () => closeAll(all) };
}

export type Forges = Awaited<ReturnType<typeof startForges>>;
