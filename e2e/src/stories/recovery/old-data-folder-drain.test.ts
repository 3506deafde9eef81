import { join } from "node:path";
import { test } from "node:test";
import {
  API_KEY,
  reachingLoopback,
  runOperatorCommand,
  startTemboProcess,
  temporaryDataDir,
} from "../../support/index.ts";
import { assertFinishedContinues, sessionOf, withUpgraded } from "./continue-old-sessions.ts";

test("a drain of the upgraded machine moves a session of the old version to another machine", async () => {
  await using cleanup = new AsyncDisposableStack();
  const [blobs, disk] = [await temporaryDataDir(), await temporaryDataDir()];
  cleanup.defer(() => blobs.remove());
  cleanup.defer(() => disk.remove());
  const shared = { ...reachingLoopback, TEMBO_BLOBS: `file://${blobs.path}` };
  await withUpgraded(shared, async (world) => {
    const socket = encodeURIComponent(join(world.dataDir, "postgres", "run"));
    const env = {
      ...world.env,
      DATABASE_URL: `postgresql://tembo@localhost:5432/tembo?host=${socket}`,
      TEMBO_MASTER_KEY_FILE: join(world.dataDir, "master.key"),
      TEMBO_PUBLIC_URL: world.url,
    };
    await world.ended(sessionOf("Running"), 2);
    await world.ended(sessionOf("Waiting"));
    const worker = await startTemboProcess({ command: "worker", dataDir: disk.path, apiKey: API_KEY, env });
    try {
      await runOperatorCommand(world.dataDir, ["worker", "drain", "--wait"], env);
      await assertFinishedContinues(world);
    } finally {
      await worker.stop();
    }
  });
});
