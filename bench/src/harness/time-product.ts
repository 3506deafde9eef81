import { join } from "node:path";
import type { SessionEvent } from "@tembo/contract";
import type { World } from "@tembo/e2e/support";
import type Tembo from "@tembo-io/sdk";
import { installDirOf } from "../../../server/src/harness/install.ts";
import type { LaunchSpec } from "../../../server/src/harness/launch-spec.ts";
import { isHarnessOutput } from "../support/harness-output.ts";
import { promptSentAt } from "../support/prompt-sent.ts";
import { type MemoryPeak, watchMemory } from "./watch-memory.ts";

/** Names of the phases up to the first event, in the order of `parts` below. */
export const productParts = [
  "created -> claimed",
  "claimed -> sandbox open (mirror, workspace, sandbox, broker endpoints)",
  "sandbox open -> harness's process there",
  "harness's process there -> prompt sent (conversation opened and set)",
  "prompt sent -> first event",
] as const;

export interface ProductRun {
  /** Time from the request that creates the session to the arrival of the harness's first event. */
  readonly firstMs: number;
  readonly parts: number[];
  readonly memory: MemoryPeak;
}

/** Measures one session of the harness on the product, until its turn is completed. Throws if the turn fails. */
export async function timeProduct(
  { client, world, spec }: { readonly client: Tembo; readonly world: World; readonly spec: LaunchSpec },
  session: { readonly prompt: string; readonly repository: string },
): Promise<ProductRun> {
  const entry = join(installDirOf(join(world.dataDir, "harnesses"), spec), spec.entry);
  const watch = await watchMemory(entry, world.tembo.pid);
  const startedAt = performance.now();
  const { id } = await client.session.create({
    prompt: session.prompt,
    agent: spec.name,
    repositories: [session.repository],
  });
  const events: SessionEvent[] = [];
  let first: { readonly ms: number; readonly event: SessionEvent } | null = null;
  for await (const event of client.session.events(id, { after: 0 })) {
    events.push(event);
    if (first === null && isHarnessOutput(event)) first = { ms: performance.now() - startedAt, event };
    if (event.eventType === "turn.failed") throw new Error(`The turn failed: ${JSON.stringify(event)}`);
    if (event.eventType === "turn.completed") break;
  }
  const memory = await watch.stop();
  if (first === null) throw new Error(`The session has no events from ${spec.displayName}.`);
  const at = (isIt: (event: SessionEvent) => boolean) => {
    const found = events.find(isIt);
    if (found === undefined) throw new Error("The session has no event for a measured step.");
    return Date.parse(found.createdAt);
  };
  const moments = [
    at(() => true),
    at(({ eventType }) => eventType === "turn.started"),
    at(({ eventData }) => eventData.type === "turn.step" && eventData.step === "work"),
    memory.startedAt,
    await promptSentAt(client, id, 1),
    Date.parse(first.event.createdAt),
  ];
  const parts = productParts.map((_name, index) => moments[index + 1]! - moments[index]!);
  return { firstMs: first.ms, parts, memory };
}
