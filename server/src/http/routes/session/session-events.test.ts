import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { NewEvent } from "../../../core/sessions/index.ts";
import { type Served, serve } from "../../../testing/test-server.ts";
import { eventView } from "./event-view.ts";

let served: Served;
let key: string;
before(async () => {
  served = await serve();
  key = await served.addKey(served.testStore.organizationId);
});
after(() => served.close());

interface EventPage {
  readonly items: readonly { readonly id: number }[];
  readonly nextCursor: string | null;
}

const get = async (path: string) => {
  const response = await served.ask(path, key);
  return { response, page: (await response.json()) as EventPage };
};

const notice = (eventKey: string, message: string, messageId: string | null = null): NewEvent => ({
  key: eventKey,
  messageId,
  data: { type: "notice", message },
});

async function addSession() {
  const { store, addSession: add, addMessage } = served.testStore;
  const { id } = await add();
  const messageId = await addMessage(id);
  await store.events.append(id, null, [
    {
      key: "1",
      messageId: null,
      data: { type: "session.created", agent: "codex:gpt-5.5", repositories: [] },
    },
    notice("2", 'Quotes " and \\ backslashes, ünïcode 😀, \u2028 and a line\nbreak', messageId),
    notice("3", ""),
  ]);
  return { id, messageId };
}

test("returns events as JSON, exactly as the stream does", async () => {
  const { id, messageId } = await addSession();
  const events = await served.testStore.store.events.list(id, { afterSeq: 0, limit: 10 });
  const { response, page } = await get(`/v1/sessions/${id}/events`);
  assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
  assert.deepEqual(page, { items: events.map(eventView), nextCursor: null });
  const ofMessage = await get(`/v1/sessions/${id}/events?messageId=${messageId}`);
  assert.deepEqual(
    ofMessage.page.items.map((event) => event.id),
    [2],
  );
});

test("returns pages of events, and an empty page of a session without events", async () => {
  const { id } = await addSession();
  const first = await get(`/v1/sessions/${id}/events?limit=2`);
  assert.deepEqual([first.page.items.map((event) => event.id), first.page.nextCursor], [[1, 2], "2"]);
  const second = await get(`/v1/sessions/${id}/events?limit=2&cursor=${first.page.nextCursor}`);
  assert.deepEqual([second.page.items.map((event) => event.id), second.page.nextCursor], [[3], null]);
  const empty = await served.testStore.addSession();
  assert.deepEqual((await get(`/v1/sessions/${empty.id}/events`)).page, { items: [], nextCursor: null });
});

test("rejects a session that does not exist, or that another organization or person owns", async () => {
  const { id } = await addSession();
  const organizationId = await served.testStore.addOrganization();
  const ofOther = await served.testStore.addSession({ organizationId });
  const ofPerson = await served.testStore.addSession({ visibility: "private" });
  for (const one of ["01890a5d-ac96-774b-bcce-b302099a8057", ofOther.id, ofPerson.id]) {
    const response = await served.ask(`/v1/sessions/${one}/events`, key);
    assert.equal(response.status, 404);
    assert.match(await response.text(), new RegExp(`Session ${one} was not found`));
  }
  assert.equal((await served.ask(`/v1/sessions/${id}/events`, key)).status, 200, "control");
});
