import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { SessionEvent } from "@tembo/contract";
import { API_KEY, git } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import type { Report } from "../report/figure.ts";
import { median } from "../report/statistics.ts";
import { timeSession } from "../session/time-session.ts";
import { startBenchWorld } from "../support/bench-world.ts";
import { makeStubAgent, STUB } from "../support/stub-agent.ts";
import { stubPrompt } from "../support/stub-prompt.ts";

const FILES = 50_000;
const RUNS = 5;
const CHANGED = "part-7/file-7.txt";

/**
 * Measures how long it takes to capture and compare one changed file among 50,000, after the harness has ended. The floor
 * is `git add`, `git commit` and `git diff` in a fresh clone of the same repository. The measurements alternate.
 */
export async function benchCapture(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const stub = cleanup.use(await makeStubAgent());
  const world = await startBenchWorld({ prepare: stub.prepare });
  cleanup.defer(() => world.close());
  const { url } = await world.repository("bench/large", largeRepository());
  const client = new Tembo({ apiKey: API_KEY, baseURL: world.url, maxRetries: 0 });
  const folder = await mkdtemp(join(tmpdir(), "tembo-bench-capture-"));
  cleanup.defer(() => rm(folder, { recursive: true }));
  const bare = join(folder, "bare.git");
  await git(folder, API_KEY, "clone", "--quiet", "--bare", url, bare);

  const captures: number[] = [];
  const provisions: number[] = [];
  const byHand: number[] = [];
  const clones: number[] = [];
  for (let run = -1; run < RUNS; run += 1) {
    const { events } = await timeSession(client, () =>
      client.session.create({ prompt: stubPrompt(0, CHANGED), agent: STUB, repositories: [url] }),
    );
    const hand = await workByHand(join(folder, `app${run}`), bare);
    if (run < 0) continue; // The first run creates the mirror and fills the page cache.
    captures.push(between(events, isType("harness.ended"), isType("commit.created")));
    provisions.push(between(events, isStep("provision"), isStep("work")));
    byHand.push(hand.captureMs);
    clones.push(hand.cloneMs);
    print(
      `${run + 1} of ${RUNS}: captured in ${captures.at(-1)} ms, by hand ${byHand.at(-1)!.toFixed(0)} ms`,
    );
  }
  return {
    figures: [
      {
        name: "one changed file among 50,000: capture and diff (floor: git add, commit, diff)",
        unit: "ms",
        product: median(captures),
        floor: median(byHand),
        goal: { bound: "at most", plus: 700 },
        runs: RUNS,
      },
      {
        name: "50,000 files: workspace and sandbox of a later session (floor: git clone --shared)",
        unit: "ms",
        product: median(provisions),
        floor: median(clones),
        goal: { bound: "at most", factor: 1.1, plus: 300 },
        runs: RUNS,
      },
    ],
    notes: ["Each session is new. The captures include the time in which the harness exits."],
    measurements: { captures, byHand, provisions, clones },
  };
}

function largeRepository(): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: FILES }, (_, index) => [
      `part-${index % 200}/file-${index}.txt`,
      `${index}\n${"A line of a file that a person might have written.\n".repeat(10)}`,
    ]),
  );
}

/**
 * Does not delete the clone. For a minute, ext4 does not reuse the inodes of deleted files, but looks at each of them
 * whenever it creates a file nearby. Creating 50,000 files then takes 10 s.
 */
async function workByHand(checkout: string, bare: string) {
  const clonedAt = performance.now();
  await git(dirname(checkout), null, "clone", "--quiet", "--shared", bare, checkout);
  const cloneMs = performance.now() - clonedAt;
  await appendFile(join(checkout, CHANGED), "changed\n");
  const startedAt = performance.now();
  await git(checkout, null, "add", "--all");
  await git(checkout, null, "commit", "--quiet", "--message", "Change a file");
  await git(checkout, null, "diff", "HEAD~1", "HEAD");
  return { cloneMs, captureMs: performance.now() - startedAt };
}

type IsThere = (event: SessionEvent) => boolean;

function isType(type: string): IsThere {
  return ({ eventType }) => eventType === type;
}

function isStep(step: string): IsThere {
  return ({ eventData }) => eventData.type === "turn.step" && eventData.step === step;
}

function between(events: readonly SessionEvent[], from: IsThere, to: IsThere): number {
  const [begin, end] = [from, to].map((isThere) => events.find(isThere));
  if (begin === undefined || end === undefined)
    throw new Error("The session has no event for a measured step.");
  return Date.parse(end.createdAt) - Date.parse(begin.createdAt);
}
