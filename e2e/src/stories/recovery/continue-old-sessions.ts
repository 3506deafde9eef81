import assert from "node:assert/strict";
import {
  API_KEY,
  assertOccurOnce,
  assertSeamless,
  ofType,
  remoteFile,
  startWorld,
  type World,
} from "../../support/index.ts";
import { readOldDatabase, restoreOldDataFolder } from "../../support/old-data-folder.ts";
import { resultsOf } from "../../support/tool-results.ts";

const old = await readOldDatabase();

/** Starts this version on the data folder that a killed server of the old version left. */
export async function withUpgraded(
  env: Readonly<Record<string, string>>,
  work: (world: World) => Promise<void>,
): Promise<void> {
  const world = await startWorld({ isFresh: true, prepare: restoreOldDataFolder, env });
  await work(world).finally(() => world.close());
}

/** Returns the ID of a session of the old version. */
export const sessionOf = (title: string) =>
  String(old.rows["public.sessions"]!.find((row) => row.title === title)!.id);

/** Asserts that the session's turns completed, and that the events of the old version are unchanged. */
export async function assertContinued(world: World, sessionId: string, turns: number) {
  const events = await world.ended(sessionId, turns);
  assertSeamless(events);
  const before = old.rows["public.events"]!.filter((row) => row.session_id === sessionId);
  const expected = before
    .map(({ seq, data }) => [seq, (data as { readonly type: string }).type])
    .sort(([one], [other]) => Number(one) - Number(other));
  assert.deepEqual(
    events.slice(0, before.length).map(({ id, eventType }) => [id, eventType]),
    expected,
  );
  for (const type of ["turn.queued", "turn.started", "turn.completed"] as const)
    assert.equal(
      ofType(events, type).length,
      turns,
      `${type}: ${JSON.stringify(events.slice(before.length))}`,
    );
  assertOccurOnce(events, "session.created", "pullRequest.opened");
  return events;
}

export async function assertPublished(
  world: World,
  sessionId: string,
  files: Readonly<Record<string, string>>,
) {
  const { branchName } = await world.client.session.retrieve(sessionId);
  for (const [name, content] of Object.entries(files))
    assert.equal(await remoteFile(`${world.url}/git/old/app.git`, API_KEY, branchName!, name), content);
}

/** Asserts that another turn of the finished session has its files, its conversation and the stored secrets. */
export async function assertFinishedContinues(world: World): Promise<void> {
  const id = sessionOf("Finished");
  const earlierRequests = world.model.requests.length;
  await world.client.session.messages.create(id, {
    content:
      'Continue. SCRIPT(bash("cat one.txt ignored.txt ../kept ~/kept ~/attachments/*/notes.txt; echo ${STORED:-none}"), write("two.txt", "2\\n"), say("Continued."))',
  });
  const events = await assertContinued(world, id, 2);
  assert.equal(resultsOf(events).at(-2), '"1\\nignored\\nbeside\\nhome\\nattached\\n[secret STORED]"');
  const notices = ofType(events, "notice").map(({ eventData }) => eventData.message);
  assert.deepEqual(
    notices.filter((message) => /saved|lost|ignores/.test(message)),
    [],
  );
  const requests = world.model.requests.slice(earlierRequests);
  const userTexts = JSON.stringify(requests.map((request) => request.userTexts));
  assert.match(userTexts, /Finished\./);
  assert.doesNotMatch(userTexts, /earlier_work/);
  for (const { headers } of requests) assert.equal(headers["x-api-key"], "key-of-the-old-version");
  assert.equal(ofType(events, "pullRequest.updated").length, 1);
  await assertPublished(world, id, { "one.txt": "1", "two.txt": "2" });
}
