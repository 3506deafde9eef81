import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { API_KEY, git } from "@tembo/e2e/support";
import { type BareHarness, workByHand } from "../support/harness-by-hand.ts";

/** Names of the phases of work by hand, in the order of `phases` below. */
export const handPhases = [
  "clone",
  "harness start -> conversation open",
  "prompt",
  "harness exits",
  "commit",
  "push",
] as const;

/**
 * Measures the same work with the same tools but without the product: clone, harness, commit and push. Returns the
 * total in seconds and each phase in milliseconds.
 */
export async function timeByHand(
  harness: BareHarness,
  work: { readonly url: string; readonly branch: string; readonly prompt: string },
): Promise<{ readonly totalS: number; readonly phases: number[] }> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-by-hand-"));
  const checkout = join(folder, "app");
  const phases: number[] = [];
  const startedAt = performance.now();
  let since = startedAt;
  const onPhase = () => {
    const now = performance.now();
    phases.push(now - since);
    since = now;
  };
  try {
    await git(folder, API_KEY, "clone", "--quiet", work.url, checkout);
    await git(checkout, null, "checkout", "--quiet", "-b", work.branch);
    onPhase();
    await workByHand(harness, { cwd: checkout, home: join(folder, "home"), prompt: work.prompt, onPhase });
    await git(checkout, null, "add", "--all");
    await git(checkout, null, "commit", "--quiet", "--message", "Add a greeting");
    onPhase();
    await git(checkout, API_KEY, "push", "--quiet", "origin", work.branch);
    onPhase();
    return { totalS: (performance.now() - startedAt) / 1000, phases };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
