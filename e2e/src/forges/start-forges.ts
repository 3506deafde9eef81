import { startGitea } from "./gitea.ts";
import { startGithub } from "./github.ts";
import { startGitlab } from "./gitlab.ts";

/** One of each kind; closing them asserts that nothing of them is left. */
export async function startForges() {
  const cleanup = new AsyncDisposableStack();
  const keep = <T extends { close(): Promise<void> }>(forge: T): T => {
    cleanup.defer(() => forge.close());
    return forge;
  };
  try {
    const github = keep(await startGithub());
    const gitlab = keep(await startGitlab());
    const gitea = keep(await startGitea());
    return { github, gitlab, gitea, all: [github, gitlab, gitea], close: () => cleanup.disposeAsync() };
  } catch (cause) {
    await cleanup.disposeAsync();
    throw cause;
  }
}

export type Forges = Awaited<ReturnType<typeof startForges>>;
