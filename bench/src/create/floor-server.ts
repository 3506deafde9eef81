import Fastify from "fastify";
import pg from "pg";
import { newId } from "../../../server/src/core/base/index.ts";

/**
 * Floor of `create`: a Fastify server that writes the rows of a new session in one transaction, with one statement for each table and a pool
 * of the same size as the product's. The first message is inserted with its session, so that the triggers do the same work as for the product. The server validates nothing, reads nothing and prepares each statement once per connection. It runs as a
 * separate process, reads DATABASE_URL, ORGANIZATION_ID, API_KEY_ID and REPOSITORY_ID from the environment, and prints its URL.
 *
 * `requireSameRows` checks that the product writes as many rows to each table.
 */
const { DATABASE_URL, ORGANIZATION_ID, API_KEY_ID, REPOSITORY_ID } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 20 });
const app = Fastify({ bodyLimit: 4 * 1024 * 1024 });

app.post<{ Body: { prompt: string; agent: string; queueRightAway?: boolean } }>(
  "/session/create",
  async ({ body }) => {
    const client = await pool.connect();
    try {
      await client.query("begin");
      const session = await insertSession(client, body);
      await client.query("commit");
      return session;
    } finally {
      client.release();
    }
  },
);

const run = (client: pg.ClientBase, name: string, text: string, values: readonly unknown[]) =>
  client.query({ name, text, values: [...values] });

const insertSessionRow = `
  insert into sessions (id, organization_id, title, prompt, harness, model, branch_name, status, created_at, updated_at, last_queued_at,
    agent_options, created_by_key, last_seq)
  values ($1::uuid, $2, $3, $4::text, $5, $6, $7, $8, $9::timestamptz, $9, $10, $11, $12::uuid, $13)`;

async function insertSession(
  client: pg.ClientBase,
  body: { prompt: string; agent: string; queueRightAway?: boolean },
) {
  const now = new Date();
  const isDraft = body.queueRightAway === false;
  const [id, messageId, turnId] = [newId(), newId(), newId()];
  const [harness, model] = body.agent.split(":");
  const status = isDraft ? "draft" : "queued";
  await run(
    client,
    isDraft ? "draft" : "session",
    isDraft
      ? insertSessionRow
      : `with session as (${insertSessionRow} returning id)
         insert into messages (id, session_id, content, turn_id, sent_by_key, created_at, updated_at)
         select $14, id, $4, $15, $12, $9, $9 from session`,
    [
      id,
      ORGANIZATION_ID,
      body.prompt.slice(0, 80),
      body.prompt,
      harness,
      model,
      `tembo/floor-${id.slice(-8)}`,
      status,
      now,
      isDraft ? null : now,
      JSON.stringify({ reasoningLevel: null, speed: "normal", goal: null }),
      API_KEY_ID,
      isDraft ? 1 : 3,
      ...(isDraft ? [] : [messageId, turnId]),
    ],
  );
  await run(
    client,
    "session_repository",
    `insert into session_repositories (session_id, position, repository_id, directory, branch_name, target_branch)
     values ($1, 1, $2, 'app', $3, 'main')`,
    [id, REPOSITORY_ID, `tembo/floor-${id.slice(-8)}`],
  );
  const events: [string, string | null, object][] = [
    ["session.created", null, { type: "session.created", agent: body.agent, repositories: [] }],
  ];
  if (!isDraft) {
    await run(
      client,
      "turn",
      "insert into turns (id, session_id, message_id, number, created_at) values ($1, $2, $3, 1, $4)",
      [turnId, id, messageId, now],
    );
    events.push([`message:${messageId}`, messageId, { type: "message.queued", content: body.prompt }]);
    events.push([`${turnId}:queued`, messageId, { type: "turn.queued", turnId, number: 1 }]);
  }
  await run(
    client,
    "events",
    `insert into events (session_id, seq, key, message_id, data, created_at)
     select $1, place, key, message_id, data, $5
     from unnest($2::text[], $3::uuid[], $4::jsonb[]) with ordinality as one (key, message_id, data, place)`,
    [
      id,
      events.map(([key]) => key),
      events.map(([, message]) => message),
      events.map(([, , data]) => JSON.stringify(data)),
      now,
    ],
  );
  if (!isDraft) await enqueue(client, { turnId, id, now });
  return { id, title: body.prompt.slice(0, 80), status, createdAt: now, updatedAt: now };
}

/** Inserts the row of the placement queue, and notifies the workers. */
async function enqueue(
  client: pg.ClientBase,
  { turnId, id, now }: { readonly turnId: string; readonly id: string; readonly now: Date },
): Promise<void> {
  await run(
    client,
    "placement",
    `insert into turn_placements (turn_id, session_id, organization_id, memory_bytes, cpus, requested_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [turnId, id, ORGANIZATION_ID, 2 ** 32, 2, now],
  );
  await run(client, "notify", "select pg_notify('tembo_placement', '')", []);
}

process.stdout.write(`ready ${await app.listen({ host: "127.0.0.1", port: 0 })}\n`);
process.once("SIGTERM", async () => {
  await app.close();
  await pool.end();
});
