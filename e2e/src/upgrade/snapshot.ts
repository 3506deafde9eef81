import assert from "node:assert/strict";
import type Tembo from "@tembo-io/sdk";

/** Responses of the API about one session, by operation. */
type SessionFacts = Readonly<Record<string, unknown>>;

/** Responses of the API about an installation. */
export interface Snapshot {
  readonly sessions: ReadonlyMap<string, SessionFacts>;
  readonly installation: Readonly<Record<string, unknown>>;
}

const maxParallel = 8;

export interface SnapshotScope {
  /** Sessions with a running turn or sandbox during the upgrade. */
  readonly active: ReadonlySet<string>;
  /** IDs of the attachments. */
  readonly attachments: readonly string[];
}

/** Reads all sessions and what belongs to them, with the content of files. */
export async function readSnapshot(client: Tembo, { active, attachments }: SnapshotScope): Promise<Snapshot> {
  const listed = await collect(client.sessions.list({ limit: 100 }));
  const sessions = new Map<string, SessionFacts>();
  await inParallel(listed, async ({ id }) => {
    sessions.set(id, await readSession(client, id, active.has(id)));
  });
  const pullRequests = await collect(client.pullRequests.list({ limit: 100 }));
  const artifacts = await collect(client.artifacts.list({ limit: 100 }));
  return {
    sessions,
    installation: {
      repositories: await collect(client.repositories.list()),
      pullRequests: await Promise.all(pullRequests.map(({ id }) => client.pullRequests.retrieve(id))),
      artifacts: await Promise.all(artifacts.map(({ id }) => client.artifacts.retrieve(id))),
      attachments: await Promise.all(attachments.map((id) => readAttachment(client, id))),
      apiKeys: (await collect(client.apiKeys.list())).map(({ id, name }) => ({ id, name })),
      me: await client.me.retrieve(),
    },
  };
}

async function readSession(client: Tembo, id: string, isActive: boolean): Promise<SessionFacts> {
  const messages = await collect(client.session.messages.list(id));
  const events = await collect(client.session.listEvents(id, { limit: 100 }));
  const always = {
    messages: isActive ? messages.map(({ id, content }) => ({ id, content })) : messages,
    events,
  };
  if (isActive) return always;
  const diffs = await collect(client.session.diffs.list(id));
  return {
    ...always,
    session: await client.session.retrieve(id),
    diffs: await Promise.all(diffs.map((diff) => client.session.diffs.retrieve(id, diff.id))),
    files: await collect(client.session.files.list(id)),
  };
}

async function readAttachment(client: Tembo, id: string) {
  const content = await client.attachments.content(id);
  return { ...(await client.attachments.retrieve(id)), text: await content.text() };
}

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

/**
 * Asserts that everything of the earlier snapshot is in the later one, in the same order. The later one may have more
 * fields, and active sessions may have more events.
 */
export function assertContains(later: Snapshot, earlier: Snapshot): void {
  assert.equal(later.sessions.size, earlier.sessions.size, "number of sessions");
  for (const [id, facts] of earlier.sessions) {
    const found = later.sessions.get(id);
    assert.ok(found, `the session ${id} is missing`);
    assert.partialDeepStrictEqual(found, facts, `the session ${id} differs`);
  }
  assert.partialDeepStrictEqual(later.installation, earlier.installation);
}

/** Returns numbers for the report. */
export function countFacts({ sessions, installation }: Snapshot): Readonly<Record<string, number>> {
  const lengthOf = (value: unknown) => (Array.isArray(value) ? value.length : 0);
  const sum = (key: string) =>
    [...sessions.values()].reduce((total, facts) => total + lengthOf(facts[key]), 0);
  return {
    sessions: sessions.size,
    messages: sum("messages"),
    events: sum("events"),
    attachments: lengthOf(installation.attachments),
    diffs: sum("diffs"),
    "pull requests": lengthOf(installation.pullRequests),
    artifacts: lengthOf(installation.artifacts),
  };
}

/** Runs `work` for each item, for a few of them at the same time. */
export async function inParallel<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<unknown>,
): Promise<void> {
  const rest = items.entries();
  await Promise.all(
    Array.from({ length: maxParallel }, async () => {
      for (const [index, item] of rest) await work(item, index);
    }),
  );
}
