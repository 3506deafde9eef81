import { join } from "node:path";
import type { SessionEvent } from "@tembo/contract";
import type { World } from "@tembo/e2e/support";
import type Tembo from "@tembo-io/sdk";
import { claudeCode } from "../../../server/src/harness/specs/claude-code.ts";
import { launchOf } from "../support/harness-by-hand.ts";
import { timeSession } from "./time-session.ts";
import { watchSpawn } from "./watch-spawn.ts";

const SPAWN_LIMIT_MS = 60_000;

/** Prompt of a session that changes nothing, with the script for the model. */
export const NOTHING = `Look around. SCRIPT(say("All is well."))`;

/**
 * Creates a session and follows its turn to the end. Returns the milliseconds from `session.created` to the start of the
 * harness process, and the session's events.
 */
export async function timeSpawn(
  world: World,
  client: Tembo,
  create: () => Promise<{ id: string }>,
): Promise<{ spawnedMs: number; events: SessionEvent[] }> {
  const { entry } = launchOf(
    { spec: claudeCode, harnessesDir: join(world.dataDir, "harnesses"), modelUrl: world.model.url },
    "/nonexistent",
  );
  const spawnedAt = watchSpawn(entry, SPAWN_LIMIT_MS);
  const [at, { events }] = await Promise.all([spawnedAt, timeSession(client, create)]);
  return { spawnedMs: at - Date.parse(events[0]!.createdAt), events };
}
