import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import Tembo from "@tembo-io/sdk";
import { startPostgres } from "../../../server/src/postgres/start-postgres.ts";
import { startScriptedModel } from "../scripted-model/server.ts";
import {
  API_KEY,
  assertSeamless,
  assertToldOnce,
  endings,
  ofType,
  pushFiles,
  remoteFile,
  startTemboProcess,
  temporaryDataDir,
} from "../support/index.ts";

const silent = { info: () => {}, warn: () => {}, error: () => {} };

test("server and workers apart on one database: a turn runs to its end, and one whose worker is killed goes on with the next", async () => {
  const cleanup = new AsyncDisposableStack();
  try {
    const model = await startScriptedModel();
    cleanup.defer(() => model.close());
    const [database, shared] = [await temporaryDataDir(), await temporaryDataDir()];
    cleanup.defer(() => database.remove());
    cleanup.defer(() => shared.remove());
    // PostgreSQL runs as another user, who must get there.
    await chmod(database.path, 0o711);
    const postgres = await startPostgres({ dataDir: database.path, log: silent });
    cleanup.defer(() => postgres.stop());
    const env = {
      DATABASE_URL: postgres.url,
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: "x",
      ...(process.env.TEMBO_TEST_HARNESS_DIR !== undefined && {
        TEMBO_HARNESS_SEED_DIR: process.env.TEMBO_TEST_HARNESS_DIR,
      }),
    };
    const start = (command: "server" | "worker", url?: string) =>
      startTemboProcess({
        command,
        dataDir: shared.path,
        apiKey: API_KEY,
        env: { ...env, ...(url !== undefined && { TEMBO_PUBLIC_URL: url }) },
      });
    // Both on the empty database at once: one organization comes of it.
    const [server, first] = await Promise.all([start("server"), start("worker")]);
    cleanup.defer(async () => void (await server.stop()));
    const client = new Tembo({ apiKey: API_KEY, baseURL: server.url });
    await first.stop();

    const repository = await client.repositories.create({ owner: "apart", name: "app" });
    await pushFiles(repository.url, API_KEY, "main", { "a.txt": "1\n" });
    const session = await client.session.create({
      prompt:
        'Work. SCRIPT(write("one.txt", "1\\n"), bash("sleep 1"), write("two.txt", "2\\n"), say("Done."))',
      repositories: [repository.url],
    });
    assert.equal(session.status, "queued", "nobody works yet");
    const killed = await start("worker", server.url);
    await until(client, session.id, ({ eventType }) => eventType === "toolCall");
    await killed.kill();
    const second = await start("worker", server.url);
    cleanup.defer(async () => void (await second.stop()));

    const events = await until(client, session.id, (event) => endings([event]).length > 0);
    assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
    assertSeamless(events);
    assertToldOnce(events, "turn.started", "turn.resumed", "pullRequest.opened", "turn.completed");
    assert.equal(ofType(events, "turn.resumed")[0]?.eventData.attempt, 2);
    const { branchName } = await client.session.retrieve(session.id);
    assert.equal(await remoteFile(repository.url, API_KEY, branchName!, "two.txt"), "2");
  } finally {
    await cleanup.disposeAsync();
  }
});

async function until(client: Tembo, sessionId: string, isThere: (event: SessionEvent) => boolean) {
  const events: SessionEvent[] = [];
  for await (const event of client.session.events(sessionId, { after: 0 })) {
    events.push(event);
    if (isThere(event)) return events;
  }
  throw new Error(`The events of session ${sessionId} ended early.`);
}
