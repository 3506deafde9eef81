import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addPerson, type Person } from "../../../testing/person.ts";
import { openScene, type Scene } from "../../../testing/scene.ts";
import type { TurnContext } from "../../turns/index.ts";
import { settleTurn } from "../../turns/turn/settle-turn.ts";
import { stopSession } from "../end/stop-session.ts";
import { sendMessage } from "../queue/send-message.ts";
import { updateSession } from "./update-session.ts";

let scene: Scene;
let owner: Person;
before(async () => {
  scene = await openScene();
  owner = await addPerson(scene.t);
});
after(() => scene.drop());

const setArchived = (id: string, isArchived: boolean, by: Person = owner) =>
  updateSession(scene.ports, by, id, { isArchived });
const end = (context: TurnContext) => settleTurn(context, { status: "completed", message: "Done." });
const archiveEvents = async (id: string) =>
  (await scene.eventsOf(id))
    .map(({ data }) => data.type)
    .filter((type) => /^session\..*archived$/.test(type));

test("archives and restores a session once, even if another person created it, and stops its warm sandbox", async () => {
  const { t } = scene;
  const context = await scene.working();
  const { id } = context.session;
  await end(context);
  const askedFor = () => t.store.warmSandboxRecords.askedFor(id);
  assert.equal(await askedFor(), null, "control");
  const other = await addPerson(t);
  const { archivedAt, status } = await setArchived(id, true, other);
  assert.deepEqual([archivedAt, status], [t.clock.now(), "completed"]);
  assert.deepEqual(await askedFor(), t.clock.now());
  assert.deepEqual((await setArchived(id, true)).archivedAt, archivedAt);
  assert.deepEqual(await archiveEvents(id), ["session.archived"]);
  for (let time = 0; time < 2; time++) assert.equal((await setArchived(id, false)).archivedAt, null);
  assert.deepEqual(await archiveEvents(id), ["session.archived", "session.unarchived"]);
});

test("rejects archiving a session whose turn is queued or running", async () => {
  const queued = await scene.create();
  const running = await scene.working();
  for (const { id } of [queued, running.session]) {
    await assert.rejects(setArchived(id, true), {
      code: "conflict",
      message: /Stop the session, or wait until/,
    });
    assert.deepEqual(await archiveEvents(id), []);
  }
  await stopSession(scene.ports, scene.t.organizationId, queued.id);
  await end(running);
  for (const { id } of [queued, running.session])
    assert.notEqual((await setArchived(id, true)).archivedAt, null, "control");
});

test("restores an archived session with the next message, and not with a repeated one", async () => {
  const { ports, t } = scene;
  const context = await scene.working();
  const { id } = context.session;
  await end(context);
  await setArchived(id, true);
  const input = { sessionId: id, content: "Continue.", messageId: "0198a000-0000-7000-8000-000000000001" };
  const { turnId } = await sendMessage(ports, t.organizationId, input);
  assert.notEqual(turnId, null);
  assert.equal((await t.store.sessions.get(id)).archivedAt, null);
  assert.deepEqual(await archiveEvents(id), ["session.archived", "session.unarchived"]);
  await stopSession(ports, t.organizationId, id);
  await setArchived(id, true);
  await sendMessage(ports, t.organizationId, input);
  assert.notEqual((await t.store.sessions.get(id)).archivedAt, null);
});
