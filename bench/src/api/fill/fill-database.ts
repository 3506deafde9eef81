import pg from "pg";
import { migrate } from "../../../../server/src/store/migrate.ts";
import { makeOrganizations, writeOrganizations } from "./organizations.ts";
import { seededRandom } from "./random.ts";
import { type EventCounts, makeSessionRows, type SessionScale } from "./session-rows.ts";
import { makeVocabulary, randomText } from "./vocabulary.ts";
import { writeRows } from "./write-rows.ts";

/** Sessions per transaction. */
const batchSize = 2_000;
/** Number of concurrent writers, each with its own connection. */
const writers = 2;
const eventSamples = 200;
/** Indexes that are slow to maintain row by row. They are created after all rows are in place. */
const lateIndexes = ["session_search_words_index", "session_search_lexemes_index"];

/**
 * Fills an empty database. The user in `url` must be allowed to set `session_replication_role`, which skips foreign
 * keys and triggers.
 */
export async function fillDatabase(
  url: string,
  { sessions, events }: { readonly sessions: number; readonly events: number },
  report: (line: string) => void,
): Promise<void> {
  const scale: SessionScale = {
    sessions,
    events,
    organizations: makeOrganizations(),
    vocabulary: makeVocabulary(),
  };
  const pool = new pg.Pool({
    connectionString: url,
    max: writers,
    options:
      "-c synchronous_commit=off -c session_replication_role=replica -c maintenance_work_mem=512MB -c statement_timeout=0",
  });
  try {
    await migrate(pool);
    const { rows: late } = await pool.query<{ text: string }>(
      "select pg_get_indexdef(name::regclass) as text from unnest($1::text[]) as name",
      [lateIndexes],
    );
    for (const name of lateIndexes) await pool.query(`drop index ${name}`);
    await withClient(pool, (client) => writeOrganizations(client, scale.organizations));
    await inBatches(pool, sessions, report, (client, from, to) => writeSessions(client, scale, from, to));
    // The product fills this table with triggers.
    await pool.query(`insert into session_participants (participant, session_id)
      select k.user_id::text, s.id from sessions s join api_keys k on k.id = s.created_by_key
      union select k.user_id::text, m.session_id from messages m join api_keys k on k.id = m.sent_by_key
      union select author ->> 'login', session_id from messages where author ->> 'login' is not null`);
    report("building search indexes and statistics");
    for (const { text } of late) await pool.query(text);
    await pool.query("vacuum (analyze)");
  } finally {
    await pool.end();
  }
}

async function writeSessions(
  client: pg.ClientBase,
  scale: SessionScale,
  from: number,
  to: number,
): Promise<void> {
  const { tables, events } = makeSessionRows(scale, from, to);
  await client.query("begin");
  for (const [table, rows] of Object.entries(tables)) await writeRows(client, table, rows);
  await writeEvents(client, scale.vocabulary, events);
  // The product also indexes sessions with this function.
  await client.query({
    name: "fill search",
    text: "select count(index_session(id)) from unnest($1::uuid[]) as one (id)",
    values: [events.sessionIds],
  });
  await client.query("commit");
}

async function writeEvents(
  client: pg.ClientBase,
  vocabulary: readonly string[],
  { sessionIds, messageIds, counts, startedAt }: EventCounts,
): Promise<void> {
  await client.query({
    name: "fill events",
    text: `insert into events (session_id, seq, key, message_id, data, created_at)
      select session_id, seq, 'fill-' || seq, nullif(message_id, '')::uuid,
        ($5::jsonb[])[1 + (seq * 7 + place) % ${eventSamples}], started_at + seq * interval '3 seconds'
      from unnest($1::uuid[], $2::text[], $3::integer[], $4::timestamptz[]) with ordinality
        as one (session_id, message_id, count, started_at, place), generate_series(1, count) as seq`,
    values: [sessionIds, messageIds, counts, startedAt, sampleEvents(vocabulary)],
  });
}

let samples: readonly string[] | undefined;

/** Returns sample events, with the texts and tool calls that turns append. */
function sampleEvents(vocabulary: readonly string[]): readonly string[] {
  const random = seededRandom(13);
  samples ??= Array.from({ length: eventSamples }, (_, n) =>
    JSON.stringify(
      n % 3 > 0
        ? {
            type: n % 3 === 1 ? "text" : "thought",
            text: randomText(random, vocabulary, 5 + Math.floor(random() * 25)),
          }
        : {
            type: "toolCall",
            toolCallId: `call-${n}`,
            title: randomText(random, vocabulary, 4),
            kind: "execute",
            status: "completed",
            input: JSON.stringify({ command: randomText(random, vocabulary, 6) }),
            output: randomText(random, vocabulary, 40),
            exitCode: 0,
            diffs: [],
          },
    ),
  );
  return samples;
}

async function inBatches(
  pool: pg.Pool,
  total: number,
  report: (line: string) => void,
  write: (client: pg.ClientBase, from: number, to: number) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  let next = 0;
  let written = 0;
  const writer = () =>
    withClient(pool, async (client) => {
      while (next < total) {
        const from = next;
        next = Math.min(total, next + batchSize);
        const to = next;
        await write(client, from, to);
        written += to - from;
        const seconds = (performance.now() - startedAt) / 1_000;
        if (written % (10 * batchSize) === 0 || written === total)
          report(`${written} of ${total} sessions, ${(written / seconds).toFixed(0)} per second`);
      }
    });
  await Promise.all(Array.from({ length: writers }, writer));
}

async function withClient(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await work(client);
  } finally {
    client.release();
  }
}
