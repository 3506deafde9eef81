import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extractVersion } from "../../../scripts/previous-version.ts";
import { median } from "../report/statistics.ts";
import { makeStubAgent } from "../support/stub-agent.ts";
import { alternate } from "./alternate.ts";
import { decide } from "./decide.ts";
import { probes } from "./probes.ts";
import { type ComparedFigure, renderComparison } from "./render-comparison.ts";
import { openSide } from "./side.ts";

/**
 * Compares this checkout with another commit. Both servers run on this machine at the same time, and the measurements
 * alternate between them. Returns the exit code: 1 if a figure is at least 15 % worse.
 */
export async function compare(
  root: string,
  base: string,
  {
    print,
    printProgress,
  }: { readonly print: (line: string) => void; readonly printProgress: (line: string) => void },
): Promise<number> {
  const commit = resolveCommit(root, base);
  await using cleanup = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-base-"));
  cleanup.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  // Sandboxes run as other users, who need access to the programs.
  await chmod(folder, 0o755);
  await extractVersion(root, commit, folder);
  setUp(folder);
  const stub = cleanup.use(await makeStubAgent());
  const { prepare } = stub;
  const baseSide = cleanup.use(await openSide("base", { root: folder, prepare }));
  const headSide = cleanup.use(await openSide("head", { root, prepare }));
  const figures: ComparedFigure[] = [];
  for (const probe of probes) {
    const all = await alternate(probe, baseSide, headSide);
    for (const [index, pairs] of all.entries()) {
      const name = probe.names[index]!;
      figures.push({
        name,
        base: median(pairs.map((pair) => pair.base)),
        head: median(pairs.map((pair) => pair.head)),
        rounds: pairs.length,
        verdict: decide(pairs),
      });
      printProgress(`${name}: ratio ${figures.at(-1)!.verdict.ratio.toFixed(2)}`);
    }
  }
  print(renderComparison(commit, figures));
  return figures.some(({ verdict }) => verdict.isWorse) ? 1 : 0;
}

function resolveCommit(root: string, reference: string): string {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${reference}^{commit}`];
  const { status, stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  if (status !== 0)
    throw new Error(
      `git finds no commit "${reference}". In a shallow clone, run "git fetch --unshallow" first.`,
    );
  return stdout.trim();
}

/** Installs the packages of a checkout, if they differ from those of this one, and builds its dashboard. */
function setUp(folder: string): void {
  const { status } = spawnSync("sh", ["scripts/with-setup.sh", "true"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error("The setup of the other commit failed. Its output is above.");
}
