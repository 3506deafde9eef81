import { API_KEY } from "@tembo/e2e/support";
import Tembo from "@tembo-io/sdk";
import pg from "pg";
import { createTestDatabase } from "../../../server/src/testing/test-database.ts";
import type { Report } from "../report/figure.ts";
import { median, quantile } from "../report/statistics.ts";
import { startBenchServer } from "../support/bench-server.ts";
import { type OpenBrowser, startBrowser } from "./browser.ts";
import { measureFirstLoad } from "./first-load.ts";
import { holdMany, openAndScroll } from "./long-session.ts";

const LISTED = 200;
const LOADS = 5;
const PAINTS = 200;
const LONG_EVENTS = 10_000;
const EVENTS = 50_000;
const BATCH = 500;

/**
 * Measures the dashboard in Chromium with a real server: the transfer size of the first page, the time until the list accepts input, the time
 * until an event is painted, the time to open a long session, its frames while it scrolls, and its memory. The input is measured on a
 * processor that is four times slower. The floor for a painted event is an empty frame, and the floor for scrolling is an idle page.
 */
export async function benchWeb(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const database = await createTestDatabase();
  cleanup.defer(() => database.drop());
  const tembo = cleanup.use(await startBenchServer(database.url));
  const browser = cleanup.use(await startBrowser(tembo.url));
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  cleanup.defer(() => pool.end());
  const client = new Tembo({ apiKey: API_KEY, baseURL: tembo.url, maxRetries: 0 });
  const draft = () => client.session.create({ prompt: "Wait.", queueRightAway: false });
  for (let n = 0; n < LISTED; n++) await draft();

  const loads: Awaited<ReturnType<typeof measureFirstLoad>>[] = [];
  for (let n = 0; n < LOADS; n++) loads.push(await measureFirstLoad(browser, tembo.url));
  print(
    `first load: ${loads.map(({ scriptsKb, interactiveMs }) => `${scriptsKb.toFixed(0)} kB ${interactiveMs.toFixed(0)} ms`).join(", ")}`,
  );

  const { id } = await draft();
  const paints = await timePaints(browser, `${tembo.url}/sessions/${id}`, (text) => append(pool, id, [text]));
  print(`painted ${paints.painted.length} events`);

  const withEvents = async (count: number) => {
    const { id } = await draft();
    for (let n = 0; n < count; n += BATCH)
      await append(
        pool,
        id,
        Array.from({ length: BATCH }, (_, one) => `Line ${n + one + 1} of many`),
      );
    return `${tembo.url}/sessions/${id}`;
  };
  const long = await openAndScroll(
    browser,
    await withEvents(LONG_EVENTS),
    `Line ${LONG_EVENTS} of many`,
    LOADS,
  );
  print(`${LONG_EVENTS} events: shown after ${long.openMs.map((ms) => ms.toFixed(0)).join(", ")} ms`);
  const { heapMb, openMs } = await holdMany(browser, await withEvents(EVENTS), `Line ${EVENTS} of many`);
  print(`${EVENTS} events: ${heapMb.toFixed(0)} MB, last event shown after ${openMs.toFixed(0)} ms`);

  const scripts = loads.map(({ scriptsKb }) => scriptsKb);
  const styles = loads.map(({ stylesKb }) => stylesKb);
  const interactive = loads.map(({ interactiveMs }) => interactiveMs);
  const busy = loads.map(({ busyMs }) => busyMs);
  const scripting = loads.map(({ scriptingMs }) => scriptingMs);
  return {
    figures: [
      {
        name: "first load of the list, scripts on the wire",
        unit: "kB",
        product: median(scripts),
        floor: null,
        goal: { bound: "at most", plus: 200 },
        runs: LOADS,
      },
      {
        name: "the same, styles",
        unit: "kB",
        product: median(styles),
        floor: null,
        goal: null,
        runs: LOADS,
      },
      {
        name: "list takes a key, processor 4 times slower",
        unit: "ms",
        product: median(interactive),
        floor: null,
        goal: { bound: "at most", plus: 1_000 },
        runs: LOADS,
      },
      {
        name: "the same, busy main thread",
        unit: "ms",
        product: median(busy),
        floor: null,
        goal: null,
        runs: LOADS,
      },
      {
        name: "the same, scripts of it",
        unit: "ms",
        product: median(scripting),
        floor: null,
        goal: null,
        runs: LOADS,
      },
      {
        name: "event appended -> painted, p50 (floor: a frame)",
        unit: "ms",
        product: quantile(paints.painted, 0.5),
        floor: quantile(paints.frames, 0.5),
        goal: null,
        runs: PAINTS,
      },
      {
        name: "the same, p95",
        unit: "ms",
        product: quantile(paints.painted, 0.95),
        floor: quantile(paints.frames, 0.95),
        goal: { bound: "at most", plus: 100 },
        runs: PAINTS,
      },
      {
        name: `opened -> its last event is shown, ${LONG_EVENTS} events`,
        unit: "ms",
        product: median(long.openMs),
        floor: null,
        goal: { bound: "at most", plus: 1_000 },
        runs: LOADS,
      },
      {
        name: "a frame while it scrolls, p50 (floor: while it stands)",
        unit: "ms",
        product: quantile(long.turning, 0.5),
        floor: quantile(long.still, 0.5),
        goal: null,
        runs: long.turning.length,
      },
      {
        name: "the same, p95",
        unit: "ms",
        product: quantile(long.turning, 0.95),
        floor: quantile(long.still, 0.95),
        // 60 frames per second.
        goal: { bound: "at most", plus: 17 },
        runs: long.turning.length,
      },
      {
        name: `memory of scripts, a session of ${EVENTS} events`,
        unit: "MB",
        product: heapMb,
        floor: null,
        goal: { bound: "at most", plus: 250 },
        runs: 1,
      },
      {
        name: `opened -> its last event is shown, ${EVENTS} events`,
        unit: "ms",
        product: openMs,
        floor: null,
        goal: null,
        runs: 1,
      },
    ],
    notes: [],
    measurements: {
      scripts,
      styles,
      interactive,
      busy,
      scripting,
      painted: paints.painted,
      frames: paints.frames,
      longOpen: long.openMs,
      still: long.still,
      turning: long.turning,
    },
  };
}

/** Appends events with the server's own function. */
async function append(pool: pg.Pool, sessionId: string, texts: readonly string[]): Promise<void> {
  const given = texts.map((text) => ({
    key: `bench-${text}`,
    messageId: null,
    data: { type: "response.given", text },
  }));
  await pool.query({
    name: "append",
    text: "select append_events($1, null, null, $2, now())",
    values: [sessionId, JSON.stringify(given)],
  });
}

/**
 * Returns the milliseconds from the start of an append to the frame after the appended text appears on the page. Also
 * returns the milliseconds of empty frames.
 */
async function timePaints(browser: OpenBrowser, url: string, appendText: (text: string) => Promise<void>) {
  const { page } = await browser.open();
  await page.goto(url);
  await appendText("paint-0-");
  await page.getByText("paint-0-").first().waitFor();
  const painted: number[] = [];
  const frames: number[] = [];
  for (let n = 1; n <= PAINTS; n++) {
    const isPainted = page.evaluate(`new Promise((resolve) => {
      const look = () => document.body.textContent.includes("paint-${n}-")
        ? requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now())) : requestAnimationFrame(look);
      look();
    })`) as Promise<number>;
    const sentAt = performance.timeOrigin + performance.now();
    await appendText(`paint-${n}-`);
    painted.push((await isPainted) - sentAt);
    frames.push(
      (await page.evaluate(`new Promise((resolve) => {
        const startedAt = performance.now();
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - startedAt)));
      })`)) as number,
    );
  }
  await page.context().close();
  return { painted, frames };
}
