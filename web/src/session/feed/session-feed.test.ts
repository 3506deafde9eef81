import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { APIConnectionError, APIError, type SessionEvent } from "@tembo-io/sdk";
import { SessionFeed } from "./session-feed.ts";

interface Played {
  /** False if the connection fails before opening. */
  readonly stands?: boolean;
  readonly events?: readonly SessionEvent[];
  /** Delays the connection's events until the returned promise resolves. */
  readonly until?: () => Promise<unknown>;
  readonly failure?: Error;
}

type Schedule = (show: () => void) => void;

/** Returns a feed that uses the given connections in order. After the last connection, the feed waits. */
const feedOf = (...plays: Played[]) => feedWith((show) => show(), plays);

function feedWith(schedule: Schedule, plays: readonly Played[], endsWhenIdle = false) {
  const afters: number[] = [];
  const pauses: number[] = [];
  const feed = new SessionFeed({
    endsWhenIdle,
    async *open(after, signal, onOpen) {
      afters.push(after);
      const play = plays[afters.length - 1];
      if (play === undefined) {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        return;
      }
      if (play.stands !== false) onOpen();
      await play.until?.();
      yield* play.events ?? [];
      if (play.failure !== undefined) throw play.failure;
    },
    pause: async (ms) => void pauses.push(ms),
    schedule,
  });
  return { feed, afters, pauses };
}

function eventOf(id: number): SessionEvent {
  return {
    id,
    sessionId: "s1",
    messageId: null,
    createdAt: "2026-01-01T00:00:00.000Z",
    eventType: "text",
    provider: "tembo",
    eventData: { type: "text", text: String(id) },
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const idsOf = (feed: SessionFeed) => feed.snapshot().events.map(({ id }) => id);

test("resumes from the last received event when the connection breaks, without gaps or duplicates", async () => {
  const { feed, afters } = feedOf(
    { events: [eventOf(1), eventOf(2)], failure: new APIConnectionError("broke") },
    { events: [eventOf(2), eventOf(3)] },
  );
  await settled();
  assert.deepEqual(idsOf(feed), [1, 2, 3]);
  assert.deepEqual(afters, [0, 2, 3]);
  const [item] = feed.snapshot().transcript.items;
  assert.equal(item?.kind === "text" && item.text, "123");
  feed.close();
});

test("reconnects without limit, with increasing delays that reset after each successful connection", async () => {
  const refused = { stands: false, failure: new APIConnectionError("refused") };
  const { feed, pauses } = feedOf(...Array(6).fill(refused), {}, refused);
  await settled();
  assert.deepEqual(pauses, [1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 1_000, 2_000]);
  feed.close();
});

test("reports when it is connected, even before the first event, and when the connection is lost", async () => {
  const seen: string[] = [];
  const { feed } = feedOf({ until: settled, failure: new APIConnectionError("broke") });
  feed.subscribe(() => seen.push(feed.snapshot().connection));
  assert.equal(feed.snapshot().connection, "live");
  await settled();
  await settled();
  assert.deepEqual(seen, ["lost"]);
  feed.close();
});

describe("replay of past events", () => {
  /** Returns a feed that renders only when the test requests a frame. */
  function byFrames(...plays: Played[]) {
    const due: (() => void)[] = [];
    const { feed } = feedWith((show) => due.push(show), plays);
    const shown: number[] = [];
    feed.subscribe(() => shown.push(feed.snapshot().events.length));
    const frame = () => {
      for (const show of due.splice(0)) show();
    };
    return { feed, shown, frame };
  }
  const eventsFrom = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => eventOf(first + index));

  test("is rendered once when complete, and later events are rendered in the next frame", async () => {
    const more = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const { feed, shown, frame } = byFrames(
      { events: eventsFrom(1, 500) },
      { events: eventsFrom(501, 500), until: () => more.promise },
      { events: eventsFrom(1_001, 1), until: () => arrived.promise },
    );
    await settled();
    frame();
    more.resolve();
    await settled();
    frame();
    assert.deepEqual(shown, [], "renders nothing while events arrive");
    frame();
    assert.deepEqual(shown, [1_000]);
    arrived.resolve();
    await settled();
    frame();
    assert.deepEqual(shown, [1_000, 1_001]);
    assert.deepEqual(
      idsOf(feed),
      eventsFrom(1, 1_001).map(({ id }) => id),
    );
    feed.close();
  });

  test("renders events before the replay is complete if it takes too long", async () => {
    const plays = Array.from({ length: 40 }, (_, play) => ({ events: eventsFrom(play * 200 + 1, 200) }));
    const gates = plays.map(() => Promise.withResolvers<void>());
    const { feed, shown, frame } = byFrames(
      ...plays.map((play, index) => ({ ...play, until: () => gates[index]!.promise })),
    );
    for (const gate of gates) {
      gate.resolve();
      await settled();
      frame();
    }
    assert.equal(shown.length, 1);
    feed.close();
  });
});

test("stops reconnecting after a permanent error", async () => {
  const failure = new APIError(404, undefined, "Session s1 was not found.", { headers: new Headers() });
  const { feed, afters } = feedOf({ stands: false, failure });
  await settled();
  assert.equal(feed.snapshot().error, failure);
  assert.equal(afters.length, 1);
});

test("reports nothing after it is closed", async () => {
  const gate = Promise.withResolvers<void>();
  const { feed } = feedOf({ until: () => gate.promise, events: [eventOf(1)] });
  feed.close();
  gate.resolve();
  await settled();
  assert.deepEqual(idsOf(feed), []);
});

describe("a feed that ends when the session is idle", () => {
  const endingFeed = (...plays: Played[]) => feedWith((show) => show(), plays, true);

  test("opens no further connection until it is resumed", async () => {
    const { feed, afters, pauses } = endingFeed({ events: [eventOf(1)] }, { events: [eventOf(2)] });
    await settled();
    assert.deepEqual([afters, pauses, feed.snapshot().connection], [[0], [], "live"]);
    feed.resume();
    await settled();
    assert.deepEqual(
      [afters, idsOf(feed)],
      [
        [0, 1],
        [1, 2],
      ],
    );
    feed.close();
    feed.resume();
    await settled();
    assert.equal(afters.length, 2);
  });

  test("connects again after a broken connection, and once after it was resumed while it was running", async () => {
    const { feed, afters, pauses } = endingFeed(
      { events: [eventOf(1)], failure: new APIConnectionError("broke") },
      { events: [eventOf(2)] },
      { events: [eventOf(3)] },
    );
    feed.resume();
    await settled();
    assert.deepEqual([afters, pauses.length, idsOf(feed)], [[0, 1, 2], 1, [1, 2, 3]]);
    feed.close();
  });
});
