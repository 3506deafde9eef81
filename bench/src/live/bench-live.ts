import { setTimeout as sleep } from "node:timers/promises";
import { API_KEY } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import pg from "pg";
import { createTestDatabase } from "../../../server/src/testing/test-database.ts";
import type { Report } from "../report/figure.ts";
import { quantile } from "../report/statistics.ts";
import { startBenchServer } from "../support/bench-server.ts";
import { type OpenWatcher, watchBySocket, watchByStream } from "./watchers.ts";

const SESSIONS = 100;
const WATCHERS = 1_000;
const EVENTS_PER_SECOND = 600;
const WARM_UP_SECONDS = 3;
const SECONDS = 15;
const TICK_MS = 20;
const OPENED_AT_ONCE = 20;
/** Time limit for the arrival of the last events. */
const ARRIVE_MS = 10_000;

/**
 * Measures the time from the start of an append to the call of the watcher's handler, with 600 events per second in 100
 * sessions and 1,000 watchers of one session each. Appenders and watchers run in one process and therefore share a
 * clock. The floor is a NOTIFY to a bare listener in the same run.
 */
export async function benchLive(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const database = await createTestDatabase();
  cleanup.defer(() => database.drop());
  const tembo = cleanup.use(await startBenchServer(database.url));
  const client = new Tembo({ apiKey: API_KEY, baseURL: tembo.url, maxRetries: 0 });
  const sessions: string[] = [];
  for (let n = 0; n < SESSIONS; n++)
    sessions.push((await client.session.create({ prompt: "Wait.", queueRightAway: false })).id);

  const delaysMs: number[][] = Array.from({ length: WATCHERS }, () => []);
  const delays = { sse: [] as number[], socket: [] as number[] };
  let isMeasured = false;
  const watchers: OpenWatcher[] = [];
  cleanup.defer(() => {
    for (const one of watchers) one.close();
  });
  const open = async (n: number) => {
    const isSocket = n % 2 === 1;
    const target = { url: tembo.url, apiKey: API_KEY, sessionId: sessions[Math.floor(n / 2) % SESSIONS]! };
    const into = isSocket ? delays.socket : delays.sse;
    watchers.push(
      await (isSocket ? watchBySocket : watchByStream)(target, (id, sentAt) => {
        delaysMs[n]!.push(id);
        if (isMeasured) into.push(performance.now() - sentAt);
      }),
    );
  };
  for (let n = 0; n < WATCHERS; n += OPENED_AT_ONCE)
    await Promise.all(Array.from({ length: OPENED_AT_ONCE }, (_, one) => open(n + one)));
  print(`${WATCHERS} watchers are open`);

  const floor = await measureFloor(database.url);
  const appender = new pg.Pool({ connectionString: database.url, max: 8 });
  cleanup.defer(() => appender.end());
  let sent = 0;
  const sendFor = async (seconds: number) => {
    const startedAt = performance.now();
    const goal = sent + seconds * EVENTS_PER_SECOND;
    const appends: Promise<unknown>[] = [];
    while (sent < goal) {
      const due = Math.min(
        goal,
        goal - seconds * EVENTS_PER_SECOND + ((performance.now() - startedAt) / 1_000) * EVENTS_PER_SECOND,
      );
      while (sent < due) appends.push(append(appender, sessions[sent % SESSIONS]!, sent++));
      await sleep(TICK_MS);
    }
    await Promise.all(appends);
    return (seconds * EVENTS_PER_SECOND * 1_000) / (performance.now() - startedAt);
  };
  await sendFor(WARM_UP_SECONDS);
  await sleep(500);
  isMeasured = true;
  const rate = await sendFor(SECONDS);
  const perWatcher = sent / SESSIONS;
  for (
    let waitedMs = 0;
    waitedMs < ARRIVE_MS && delaysMs.some((ids) => ids.length < perWatcher);
    waitedMs += TICK_MS
  )
    await sleep(TICK_MS);
  requireNothingLost(delaysMs, perWatcher);
  print(`${sent} events, ${delays.sse.length + delays.socket.length} measured deliveries, none lost`);

  const both = [...delays.sse, ...delays.socket];
  const figures = [
    {
      name: `event appended -> received, ${WATCHERS} watchers, p99`,
      product: quantile(both, 0.99),
      floor: quantile(floor, 0.99),
      goal: { bound: "at most", plus: 100 },
    },
    { name: "the same, p50", product: quantile(both, 0.5), floor: quantile(floor, 0.5), goal: null },
    { name: "server-sent events, p99", product: quantile(delays.sse, 0.99), floor: null, goal: null },
    { name: "WebSocket, p99", product: quantile(delays.socket, 0.99), floor: null, goal: null },
  ] as const;
  return {
    figures: figures.map((one) => ({ ...one, unit: "ms" as const, runs: both.length })),
    notes: [
      `${rate.toFixed(0)} events per second in ${SESSIONS} sessions, with 10 watchers each. No event was lost or delivered twice.`,
    ],
    measurements: {
      sse: sampleOf(delays.sse),
      socket: sampleOf(delays.socket),
      floor,
    },
  };
}

/** Appends an event with the server's own function, in a separate statement. */
function append(pool: pg.Pool, sessionId: string, number: number): Promise<unknown> {
  const data = { type: "notice", message: String(performance.now()) };
  return pool.query({
    name: "append",
    text: "select append_events($1, null, null, $2, now())",
    values: [sessionId, JSON.stringify([{ key: `bench-${number}`, messageId: null, data }])],
  });
}

/** Returns the milliseconds from a NOTIFY to its arrival at a bare listener. */
async function measureFloor(url: string): Promise<number[]> {
  const [notifier, listener] = [new pg.Client(url), new pg.Client(url)];
  await Promise.all([notifier.connect(), listener.connect()]);
  await listener.query("listen bench");
  const delays: number[] = [];
  for (let n = 0; n < 500; n++) {
    const came = new Promise((resolve) => listener.once("notification", resolve));
    const startedAt = performance.now();
    await notifier.query("notify bench");
    await came;
    delays.push(performance.now() - startedAt);
  }
  await Promise.all([notifier.end(), listener.end()]);
  return delays;
}

/**
 * Throws unless each watcher received each number once and in order. Numbers start at 2, because the bench does not
 * append a session's first event.
 */
function requireNothingLost(delaysMs: readonly (readonly number[])[], perWatcher: number): void {
  for (const [watcher, ids] of delaysMs.entries()) {
    const isWhole = ids.length === perWatcher && ids.every((id, index) => id === index + 2);
    if (!isWhole)
      throw new Error(
        `watcher ${watcher} received ${ids.length} of ${perWatcher} events, or received them out of order`,
      );
  }
}

/** Returns every hundredth delay, for the results file. */
const sampleOf = (delays: readonly number[]) => delays.filter((_, index) => index % 100 === 0);
