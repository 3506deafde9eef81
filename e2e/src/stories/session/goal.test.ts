import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SessionEvent } from "@tembo-io/sdk";
import { API_KEY, ofType, remoteFile, startWorld, type World } from "../../support/index.ts";

let world: World;
let repositoryUrl: string;

before(async () => {
  world = await startWorld();
  repositoryUrl = (await world.repository("goal/app", { "a.txt": "1\n" })).url;
});
after(async () => {
  await world.close();
});

const STEP = `SCRIPT(bash("echo x >> count.txt"), say("One more line."))`;
const THREE_LINES = "cat count.txt; test $(wc -l < count.txt) -ge 3";

const start = (goal: Record<string, unknown>) =>
  world.client.session.create({
    prompt: "Count.",
    repositories: [repositoryUrl],
    agentOptions: { goal: { enabled: true, ...goal } },
  });

interface Checked {
  readonly round: number;
  readonly isReached: boolean;
  readonly output: string;
}
const checksOf = (events: readonly SessionEvent[]) =>
  ofType(events, "goal.checked").map(({ eventData }) => eventData as unknown as Checked);

async function draftsOf(sessionId: string): Promise<boolean[]> {
  const { items } = await world.client.pullRequests.list();
  return items.filter(({ session }) => session?.id === sessionId).map(({ isDraft }) => isDraft);
}

test("continues the agent until the check succeeds", async () => {
  const session = await start({ objective: `Three lines. ${STEP}`, check: THREE_LINES });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  assert.deepEqual(
    checksOf(events).map(({ round, isReached }) => [round, isReached]),
    [
      [1, false],
      [2, false],
      [3, true],
    ],
  );
  assert.equal(checksOf(events)[1]!.output, "x\nx\n");
  const { branchName } = await world.client.session.retrieve(session.id);
  assert.equal(await remoteFile(repositoryUrl, API_KEY, branchName!, "count.txt"), "x\nx\nx");
});

test("accepts the agent's own verdict if there is no check, and limits the rounds", async () => {
  const reached = await start({ objective: 'SCRIPT(say("All is well.\\nGOAL REACHED"))' });
  assert.deepEqual(
    checksOf(await world.ended(reached.id)).map(({ isReached }) => isReached),
    [true],
  );
  const missed = await start({
    objective: 'SCRIPT(say("GOAL NOT REACHED: everything"))',
    maxRounds: 2,
  });
  const events = await world.ended(missed.id);
  assert.deepEqual(
    checksOf(events).map(({ isReached }) => isReached),
    [false, false],
  );
  assert.equal(events.at(-1)?.eventType, "turn.failed");
});

test("fails the turn if the goal is not reached, and puts the work in a draft pull request", async () => {
  const missed = await start({ objective: `Never. ${STEP}`, check: "test -e never", maxRounds: 2 });
  const events = await world.ended(missed.id);
  const { error } = events.at(-1)!.eventData as unknown as { error: { code: string; message: string } };
  assert.equal(error.code, "goal_not_reached");
  assert.match(
    error.message,
    /^The goal was not reached in 2 rounds\..*still fails: test -e never.* is on /s,
  );
  const { state, branchName } = await world.client.session.retrieve(missed.id);
  assert.equal(state.current, "failed");
  assert.deepEqual(await draftsOf(missed.id), [true]);
  assert.equal(await remoteFile(repositoryUrl, API_KEY, branchName!, "count.txt"), "x\nx");

  const reached = await start({ objective: `One line. ${STEP}`, check: "test -e count.txt" });
  assert.equal((await world.ended(reached.id)).at(-1)?.eventType, "turn.completed", "control");
  assert.deepEqual(await draftsOf(reached.id), [false]);
});

test("continues the round count if the worker dies between rounds", async () => {
  const session = await start({ objective: `Three lines. ${STEP}`, check: THREE_LINES, maxRounds: 4 });
  await world.until(session.id, ({ eventType }) => eventType === "goal.checked");
  await world.tembo.kill();
  await world.restart();
  const events = await world.ended(session.id);
  assert.equal(ofType(events, "turn.resumed").length, 1);
  const rounds = checksOf(events).map(({ round }) => round);
  assert.deepEqual(
    rounds,
    rounds.map((_, index) => index + 1),
  );
  assert.ok(rounds.length <= 4);
  assert.ok(checksOf(events).at(-1)!.isReached, JSON.stringify(checksOf(events)));
});
