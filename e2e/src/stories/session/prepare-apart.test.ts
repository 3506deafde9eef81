import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { SessionEvent } from "@tembo/contract";
import { withApart } from "../../support/apart.ts";
import { assertSeamless, endings } from "../../support/index.ts";
import { outcomeText, preparedText, untilLogged } from "../../support/prepared.ts";

const PROMPT = 'Work. SCRIPT(write("b.txt", "2\\n"), say("Done."))';
const isEnded = (event: SessionEvent) => endings([event]).length > 0;

test("with several workers, a session starts without the work that a busy or a dead worker has prepared", async () => {
  await withApart({ TEMBO_WORKER_CONCURRENCY: "1" }, async ({ model, client, worker, repository, until }) => {
    const { id: repositoryId } = await repository("apart/app", { "a.txt": "1\n" });
    const options = { agent: "claudeCode", codeRepoIds: [repositoryId] };
    const assertCompletes = async (id: string) => {
      const events = await until(id, isEnded);
      assertSeamless(events);
      assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
    };
    const first = await worker();
    await assertCompletes((await client.session.create({ prompt: PROMPT, ...options })).id);

    const { id: handedOver } = await prepareOn([first], () => client.session.prepare(options));
    // The worker with the prepared work is busy, so the other worker claims the session's turn.
    const hold = model.hold();
    const busy = await client.session.create({ prompt: 'Be busy. SCRIPT(say("I was."))' });
    await hold.arrived;
    const second = await worker();
    const { id } = await client.session.create({ prompt: PROMPT, ...options, preparedId: handedOver });
    assert.equal(id, handedOver);
    await assertCompletes(id);
    await untilLogged({ tembo: first }, handedOver, outcomeText("discarded"));
    hold.release();
    await assertCompletes(busy.id);

    const { id: orphan, holder } = await prepareOn([first, second], () => client.session.prepare(options));
    await holder.kill();
    const session = await client.session.create({ prompt: PROMPT, ...options, preparedId: orphan });
    await assertCompletes(session.id);
  });
});

/**
 * Requests a preparation until a worker has prepared the work. Repeats the request, as the page does while a person
 * types, because a worker may still be busy with the turn that has just ended.
 */
async function prepareOn<Worker extends { readonly log: () => string }>(
  workers: readonly Worker[],
  prepare: () => Promise<{ readonly id: string | null }>,
): Promise<{ readonly id: string; readonly holder: Worker }> {
  const holderOf = (id: string) =>
    workers.find(({ log }) =>
      log()
        .split("\n")
        .some((line) => line.includes(id) && line.includes(preparedText)),
    );
  for (let request = 0; request < 10; request++) {
    const { id } = await prepare();
    for (let tries = 0; id !== null && tries < 60; tries++) {
      const holder = holderOf(id);
      if (holder !== undefined) return { id, holder };
      await sleep(100);
    }
  }
  assert.fail("No worker has prepared the work.");
}
