import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createContractChecker } from "../../contract/checker.ts";
import { startWorld, type World } from "../../support/index.ts";

interface Frame {
  readonly id?: string;
  readonly type?: string;
  readonly lastEventId?: number;
  readonly resource?: string;
  readonly sessionId?: string;
  readonly event?: { readonly id: number; readonly eventType: string };
}

let world: World;
const checker = createContractChecker();
before(async () => {
  world = await startWorld();
});
after(() => world.close());

/** Opens a live connection and collects its frames. `until` waits for a frame. */
function listen(path: string, ticket: string) {
  const socket = new WebSocket(`${world.url.replace("http", "ws")}${path}?ticket=${ticket}`);
  const frames: Frame[] = [];
  let wake = () => {};
  socket.onmessage = ({ data }) => {
    frames.push(JSON.parse(String(data)) as Frame);
    wake();
  };
  return {
    frames,
    send: (frame: object) => socket.send(JSON.stringify(frame)),
    until: async (isThere: (frame: Frame) => boolean): Promise<void> => {
      while (!frames.some(isThere)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close: () => socket.close(),
  };
}

const ended = ({ event }: Frame) => event?.eventType.startsWith("turn.completed") === true;
const idsOf = (frames: readonly Frame[], id: string) =>
  frames.flatMap((frame) => (frame.id === id && frame.event !== undefined ? [frame.event.id] : []));

test("streams a running session over WebSocket, and replays the events after a given event", async () => {
  const repository = await world.repository("live/app", { "a.txt": "1\n" });
  const draft = await world.client.session.create({ prompt: "Wait.", queueRightAway: false });
  const { ticket } = await world.client.live.authorize();
  const live = listen("/v1/live", ticket);
  await live.until(({ type }) => type === "ready");
  const { id } = await world.client.session.create({
    prompt: 'Work. SCRIPT(write("b.txt", "2\\n"), say("Done."))',
    repositories: [repository.url],
  });
  const [sessions, messages] = [
    listen("/v1/sessions/live", (await world.client.live.authorizeSession(id)).ticket),
    listen("/v1/messages/live", (await world.client.live.authorizeMessages(id)).ticket),
  ];
  const subscribe = (name: string, sessionId: string, lastEventId: number) =>
    live.send({
      op: "subscribe",
      id: name,
      resource: "sessions.events",
      input: { scope: { sessionId }, lastEventId },
    });
  subscribe("draft", draft.id, 0);
  subscribe("work", id, 0);
  await live.until((frame) => frame.id === "work" && ended(frame));
  await Promise.all([
    sessions.until(({ resource, sessionId }) => resource === "session" && sessionId === id),
    messages.until(({ resource, sessionId }) => resource === "message" && sessionId === id),
  ]);

  const recorded = (await world.events(id)).map((event) => event.id);
  const receivedIds = idsOf(live.frames, "work");
  assert.deepEqual(
    receivedIds,
    recorded.slice(0, receivedIds.length),
    "receives each event once and in order",
  );
  for (const { event } of live.frames) if (event !== undefined) checker.checkComponent("SessionEvent", event);
  assert.deepEqual(idsOf(live.frames, "draft"), [1], "one connection receives events of several sessions");

  const middle = receivedIds[Math.floor(receivedIds.length / 2)]!;
  subscribe("again", id, middle);
  await live.until((frame) => frame.id === "again" && ended(frame));
  const again = idsOf(live.frames, "again");
  assert.deepEqual(again, recorded.slice(middle, middle + again.length));
  for (const connection of [live, sessions, messages]) connection.close();
});

test("the SDK receives each event of several sessions once over one live connection, across a restart", async (t) => {
  const { url } = await world.repository("live/sdk", { "a.txt": "1\n" });
  const create = async (word: string) =>
    (await world.client.session.create({ prompt: `${word} SCRIPT(say("Done."))`, repositories: [url] })).id;
  const first = await create("First.");
  const live = world.client.live.connect({ sessions: [first] });
  t.after(() => live.close());
  const receivedIds = new Map<string, number[]>();
  const turnsOf = new Map<string, number>();
  const until = async (isEnough: () => boolean) => {
    while (!isEnough()) {
      const { value } = await live[Symbol.asyncIterator]().next();
      assert.ok(value);
      checker.checkComponent("SessionEvent", value);
      const { sessionId, id, eventType } = value;
      receivedIds.set(sessionId, [...(receivedIds.get(sessionId) ?? []), id]);
      if (eventType === "turn.completed") turnsOf.set(sessionId, (turnsOf.get(sessionId) ?? 0) + 1);
    }
  };
  await until(() => turnsOf.get(first) === 1);
  await world.tembo.stop();
  await world.restart();
  const second = await create("Second.");
  live.subscribe(second);
  await world.client.session.messages.create(first, { content: 'More. SCRIPT(say("Done."))' });
  await until(() => turnsOf.get(first) === 2 && turnsOf.get(second) === 1);
  for (const id of [first, second]) {
    const recorded = (await world.events(id)).map((event) => event.id);
    assert.deepEqual(receivedIds.get(id), recorded.slice(0, receivedIds.get(id)!.length));
  }
  live.close();
  assert.equal((await live[Symbol.asyncIterator]().next()).done, true);
  const unknownSession = world.client.live.connect({ sessions: ["00000000-0000-4000-8000-000000000000"] });
  await assert.rejects(unknownSession[Symbol.asyncIterator]().next(), { name: "NotFoundError", status: 404 });
});

test("a ticket can open only one connection", async () => {
  const { ticket } = await world.client.live.authorize();
  const first = listen("/v1/live", ticket);
  await first.until(({ type }) => type === "ready");
  const second = new WebSocket(`${world.url.replace("http", "ws")}/v1/live?ticket=${ticket}`);
  const { code, reason } = await new Promise<CloseEvent>((resolve) => {
    second.onclose = resolve;
  });
  assert.equal(code, 1008);
  assert.match(reason, /used or expired/);
  first.close();
});
