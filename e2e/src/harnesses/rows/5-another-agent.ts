import assert from "node:assert/strict";
import { API_KEY, endings, ofType, remoteFile } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";
import type { Bench, Row } from "../row.ts";

export const rows: readonly Row[] = [
  {
    name: "after another",
    does: "continues the work of another harness",
    run: afterAnother,
  },
  {
    name: "handed over",
    does: "hands over to another harness with a summary, and later resumes with its own memory",
    run: handOver,
  },
];

/** Returns another harness that starts fast. */
const otherThan = (harness: string) => (harness === "pi" ? "claudeCode" : "pi");

async function afterAnother({ world, repository, harness }: Bench): Promise<void> {
  const app = await repository("app", { "a.txt": "1\n" });
  const other = otherThan(harness);
  const session = await world.client.session.create({
    prompt: 'Begin. SCRIPT(write("begun.txt", "by the other"), say("Begun."))',
    agent: other,
    repositories: [app.url],
  });
  await world.ended(session.id);
  const send = (content: string, more: { readonly agent?: string } = {}) =>
    world.client.session.messages.create(session.id, { content, ...more });
  await send('Go on. SCRIPT(bash("cat begun.txt"), say("Read."))', { agent: harness });
  await send('And end. SCRIPT(say("Ended."))');
  const events = await world.ended(session.id, 3);
  assert.deepEqual(
    endings(events).map(({ eventType }) => eventType),
    ["turn.completed", "turn.completed", "turn.completed"],
  );
  assert.match(resultsOf(events).join("\n"), /by the other/);
  assert.equal(ofType(events, "session.agentChanged").length, 1);
  assert.match((await world.client.session.retrieve(session.id)).agent ?? "", new RegExp(`^${harness}:`));
}

async function handOver({ world, repository, harness, start }: Bench): Promise<void> {
  const app = await repository("app", { "a.txt": "1\n" });
  const { id } = await start(
    'Write the first. SCRIPT(write("one.txt", "1\\n"), say("The first is there."))',
    [app],
  );
  await world.ended(id);
  const work = async (turn: number, agent: string, content: string) => {
    const before = world.model.requests.length;
    await world.client.session.messages.create(id, { content, agent });
    const events = await world.ended(id, turn);
    assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
    return world.model.requests
      .slice(before)
      .map(({ userTexts }) => userTexts.join("\n"))
      .join("\n");
  };
  const byOther = await work(
    2,
    otherThan(harness),
    'Now the second. SCRIPT(bash("cat one.txt > two.txt"), say("The second is there."))',
  );
  const summaryPattern = /<earlier_work>.*?<\/earlier_work>/s;
  assert.match(summaryPattern.exec(byOther)?.[0] ?? "", /Write the first.*The first is there/s);
  const back = await work(
    3,
    harness,
    'And the third. SCRIPT(bash("cat two.txt > three.txt"), say("The third is there."))',
  );
  const block = summaryPattern.exec(back)?.[0] ?? "";
  assert.match(block, /Now the second.*The second is there/s);
  assert.doesNotMatch(block, /Write the first/, "the summary excludes the harness's own part");
  assert.match(back, /Write the first/);
  const { branchName } = await world.client.session.retrieve(id);
  for (const file of ["one.txt", "two.txt", "three.txt"])
    assert.equal(await remoteFile(app.url, API_KEY, branchName!, file), "1");
}
