import { newId } from "../../../server/src/core/base/index.ts";
import type { Session } from "../../../server/src/core/sessions/index.ts";
import { createQueries } from "../../../server/src/store/queries/queries.ts";
import {
  type SessionRow,
  sessions as table,
  toSession,
} from "../../../server/src/store/queries/session/session-table.ts";
import { createSql } from "../../../server/src/store/queries/sql.ts";
import { aSession, openTestStore, someTime } from "../../../server/src/testing/test-store.ts";
import type { Figure, Report } from "../report/figure.ts";
import { median } from "../report/statistics.ts";
import { byHand, type StoreStatements, type Target } from "./by-hand.ts";

const ROUNDS = 30;
const CALLS = 2_000;
const TRIPS = 100;
const LISTED = 100;

/**
 * Measures the cost of a store statement, compared with a constant text on the bare driver. Measures the processor time
 * outside the driver, and the whole round trip. Rounds alternate between store and bare driver on one connection.
 */
export async function benchStore(print: (line: string) => void): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  const t = await openTestStore();
  cleanup.defer(() => t.drop());
  const client = await t.database.pool.connect();
  cleanup.defer(() => client.release());
  const organizationId = await t.addOrganization();
  const sessions: Session[] = [];
  for (let n = 0; n < LISTED; n += 1) sessions.push(await t.addSession({ organizationId }));
  const files = [{ id: newId(), filename: "SKILL.md", content: "Read the tests first. ".repeat(100) }];
  const skill = {
    ...{ id: newId(), organizationId, name: "tests", description: "How we test", files },
    ...{ createdAt: someTime, updatedAt: someTime },
  };
  await t.store.skills.insert(skill);

  const work: Readonly<Record<string, (on: StoreStatements) => Promise<unknown>>> = {
    "insert a session of 27 columns": (on) => on.insertSession(aSession({ organizationId })),
    "read a session": (on) => on.getSession(sessions[0]!.id),
    [`list ${LISTED} sessions`]: (on) => on.listSessions(organizationId),
    "update a skill": (on) => on.updateSkill(skill),
  };
  const figures: Figure[] = [];
  const measurements: Record<string, number[]> = {};
  for (const [name, run] of Object.entries(work)) {
    for (const { part, target, times, measure } of [
      { part: "processor time", target: await answersOf(client, run), times: CALLS, measure: processorTime },
      { part: "round trip", target: client, times: TRIPS, measure: wallTime },
    ]) {
      const variants = Object.entries(kinds).map(([kind, create]) => {
        const samples: number[] = [];
        measurements[`${name}, ${part}: ${kind}`] = samples;
        return { samples, on: create(target) };
      });
      for (const { on } of variants) await measure(() => run(on), times);
      for (let round = 0; round < ROUNDS; round += 1)
        for (const { samples, on } of variants) samples.push(await measure(() => run(on), times));
      const product = median(variants[0]!.samples);
      const floor = median(variants.at(-1)!.samples);
      figures.push({ name: `${name}, ${part}`, unit: "µs", product, floor, goal: null, runs: ROUNDS });
      print(`${name}, ${part}: ${variants.map(({ samples }) => median(samples).toFixed(1)).join(", ")} µs`);
    }
  }
  return { figures, notes: [], measurements };
}

/** Variants of the statements. The product comes first, and the floor comes last. */
const kinds: Readonly<Record<string, (target: Target) => StoreStatements>> = {
  store: byStore,
  "by hand": byHand,
};

function byStore(target: Target): StoreStatements {
  const sql = createSql(target, (call) => call());
  const context = { clock: { now: () => someTime }, repositoryKey: (url: string) => url };
  const { newSessions, sessions, skills } = createQueries(sql, context);
  return {
    insertSession: (session) => newSessions.insert(session, []),
    getSession: (id) => sessions.get(id),
    async listSessions(organizationId) {
      const rows = await sql.rows<SessionRow>(
        `select ${table.columns} from sessions where organization_id = $1 and deleted_at is null
         order by id desc limit ${LISTED}`,
        [organizationId],
      );
      return rows.map(toSession);
    },
    updateSkill: async (skill) => void (await skills.update(skill)),
  };
}

/**
 * Runs the statements on `client`. Returns a fake driver that immediately returns the same result for the same text.
 */
async function answersOf(client: Target, run: (on: StoreStatements) => Promise<unknown>): Promise<Target> {
  const answers = new Map<string, Awaited<ReturnType<Target["query"]>>>();
  const asking: Target = {
    async query(query) {
      const answer = await client.query(query);
      answers.set(query.text, answer);
      return answer;
    },
  };
  for (const create of Object.values(kinds)) await run(create(asking));
  return { query: ({ text }) => Promise.resolve(answers.get(text)!) };
}

/** Calls `run` the given number of times. Returns the microseconds per call. */
type Measure = (run: () => Promise<unknown>, times: number) => Promise<number>;

const processorTime: Measure = async (run, times) => {
  const before = process.cpuUsage();
  for (let n = 0; n < times; n += 1) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
};

const wallTime: Measure = async (run, times) => {
  const startedAt = performance.now();
  for (let n = 0; n < times; n += 1) await run();
  return ((performance.now() - startedAt) * 1000) / times;
};
