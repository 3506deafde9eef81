import assert from "node:assert/strict";
import { once } from "node:events";
import { access, stat } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import { paths } from "../../../../server/src/core/base/index.ts";
import { withApart } from "../../support/apart.ts";
import { API_KEY, assertSeamless, endings, ofType, reachingLoopback } from "../../support/index.ts";
import { runOperatorCommand } from "../../support/programs/run-command.ts";
import { startTemboProcess, temporaryDataDir } from "../../support/programs/tembo-process.ts";

/** Starts a TCP port that leads to the Unix socket of a database, as other machines reach it. */
async function startRelay(socketPath: () => string) {
  const server = createServer((near) => {
    const far = connect(socketPath());
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `postgresql://tembo@127.0.0.1:${port}/tembo`, close: () => server.close() };
}

test("a machine with an empty data folder joins with a token, and runs a turn that requests its label", async () => {
  await using cleanup = new AsyncDisposableStack();
  const folder = async () => {
    const made = await temporaryDataDir();
    cleanup.defer(() => made.remove());
    return made.path;
  };
  const [blobs, plain, joined] = [await folder(), await folder(), await folder()];
  let socketPath = "";
  const relay = await startRelay(() => socketPath);
  cleanup.defer(() => void relay.close());
  const settings = { TEMBO_BLOBS: `file://${blobs}`, TEMBO_WORKER_DATABASE_URL: relay.url };
  await withApart({ ...reachingLoopback, ...settings }, async (apart) => {
    const { client, dataDir, databaseUrl, repository, until, url } = apart;
    socketPath = join(new URL(databaseUrl).searchParams.get("host")!, ".s.PGSQL.5432");
    const { url: cloneUrl } = await repository("far/app", { "a.txt": "1\n" });
    await apart.worker({ TEMBO_DATA_DIR: plain, TEMBO_MASTER_KEY_FILE: join(dataDir, "master.key") });
    const { id } = await client.session.create({
      prompt: 'Work. SCRIPT(bash("cat a.txt"), say("Done."))',
      repositories: [cloneUrl],
      runsOn: ["gpu"],
    });
    const isNotice = ({ eventData }: SessionEvent) =>
      eventData.type === "notice" && eventData.message.startsWith("No machine has the label gpu.");
    await until(id, isNotice);

    const { stdout } = await runOperatorCommand(dataDir, ["--json", "worker", "token"], {
      DATABASE_URL: databaseUrl,
      ...settings,
    });
    const { token } = JSON.parse(stdout) as { readonly token: string };
    const start = (...args: string[]) =>
      startTemboProcess({
        command: "worker",
        args,
        dataDir: joined,
        apiKey: API_KEY,
        env: {
          ...(process.env.TEMBO_TEST_HARNESS_DIR !== undefined && {
            TEMBO_HARNESS_SEED_DIR: process.env.TEMBO_TEST_HARNESS_DIR,
          }),
        },
      });
    const worker = await start("--join", url, "--token", token, "--labels", "gpu", "--concurrency", "2");
    const isEnd = (event: SessionEvent) => endings([event]).length > 0;
    try {
      const events = await until(id, isEnd);
      assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
      assertSeamless(events);
      assert.equal(ofType(events, "notice").filter(isNotice).length, 1);
    } finally {
      await worker.stop();
    }
    await access(paths.workspace(joined, id));
    await assert.rejects(access(paths.workspace(plain, id)), { code: "ENOENT" });
    for (const name of ["master.key", "joined.json"])
      assert.equal((await stat(join(joined, name))).mode & 0o777, 0o600);
    await assert.rejects(start("--join", url, "--token", token), /exists. Start it without --join/);
    const again = await start("--labels", "gpu");
    await again.stop();
  });
});
