import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { API_KEY, git } from "@tembo/e2e/support";
import { type BareHarness, launchOf, workByHand } from "../support/harness-by-hand.ts";
import { type MemoryPeak, watchMemory } from "./watch-memory.ts";

/** Kinds of protocol updates that the product reports as a text, a call, a thought or a plan. */
const FIRST = new Set([
  "agent_message_chunk",
  "agent_thought_chunk",
  "tool_call",
  "tool_call_update",
  "plan",
]);

/** Names of the phases up to the first update, in the order of `parts` below. */
export const bareParts = ["spawned -> conversation open", "prompt -> first update"] as const;

export interface BareRun {
  /** Time from the spawn to the prompt's first update. */
  readonly firstMs: number;
  readonly parts: number[];
  readonly memory: MemoryPeak;
}

/** Measures the same harness in a fresh clone, without anything between the harness and the model. Excludes the time of the clone. */
export async function timeBare(
  harness: BareHarness,
  work: { readonly prompt: string; readonly repository: string },
): Promise<BareRun> {
  const folder = await mkdtemp(join(tmpdir(), "tembo-bare-"));
  try {
    const checkout = join(folder, "app");
    const home = join(folder, "home");
    await git(folder, API_KEY, "clone", "--quiet", work.repository, checkout);
    const watch = await watchMemory(launchOf(harness, home).entry, process.pid);
    const startedAt = performance.now();
    let openAt: number | null = null;
    let firstAt: number | null = null;
    await workByHand(harness, {
      cwd: checkout,
      home,
      prompt: work.prompt,
      onPhase: () => {
        openAt ??= performance.now();
      },
      onUpdate: (kind) => {
        if (openAt !== null && FIRST.has(kind)) firstAt ??= performance.now();
      },
    });
    const memory = await watch.stop();
    if (openAt === null || firstAt === null) throw new Error(`${harness.spec.displayName} sent no updates.`);
    return { firstMs: firstAt - startedAt, parts: [openAt - startedAt, firstAt - openAt], memory };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
