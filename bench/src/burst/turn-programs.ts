import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { API_KEY, git } from "@tembo/e2e/support";
import type Tembo from "@tembo-io/sdk";
import { promptStub } from "../support/prompt-stub.ts";
import { stubPrompt } from "../support/stub-prompt.ts";
import { countPrograms } from "./count-programs.ts";
import { runBurst } from "./run-burst.ts";

/** Time in which the server stops the sandbox of the ended turn. */
const SETTLE_MS = 1_000;

/**
 * Returns the number of programs that the server starts for one turn of the stub with one changed file and a pull request,
 * and the number for the same work by hand.
 */
export async function countTurnPrograms(
  client: Tembo,
  { pid, stub, repository }: { readonly pid: number; readonly stub: string; readonly repository: string },
): Promise<{ readonly product: number; readonly byHand: number }> {
  const product = await countPrograms(pid, async () => {
    await runBurst(client, { count: 1, sleepMs: 0, repository });
    await wait(SETTLE_MS);
  });
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-programs-"));
  try {
    const byHand = await countPrograms(process.pid, async () => {
      const checkout = join(folder, "app");
      await git(folder, API_KEY, "clone", "--quiet", repository, checkout);
      await git(checkout, null, "checkout", "--quiet", "-b", "by-hand");
      await promptStub(stub, checkout, stubPrompt(0));
      await git(checkout, null, "add", "--all");
      await git(checkout, null, "commit", "--quiet", "--message", "Add notes");
      await git(checkout, API_KEY, "push", "--quiet", "origin", "by-hand");
    });
    return { product, byHand };
  } finally {
    await rm(folder, { recursive: true });
  }
}
