import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWorld, type World } from "../../support/index.ts";
import { runTembo } from "../../support/programs/run-tembo.ts";

const SECRET = "correct-horse-battery";
let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.close());

const replay = (...args: string[]) => runTembo(world, ["session", "replay", ...args]);

test("records the protocol log without secrets, and the current driver replays the same events", async () => {
  const { orgId } = await world.client.me.retrieve();
  await world.client.organizations.secrets.create(orgId!, { key: "PHRASE", value: SECRET });
  const repository = await world.repository("replay/app", { "a.txt": "1\n" });
  const session = await world.client.session.create({
    prompt: `Work. SCRIPT(write("b.txt", "2\\n"), bash("echo $PHRASE; exit 3"), say("All done."))`,
    repositories: [repository.url],
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  await world.client.session.messages.create(session.id, { content: 'Again. SCRIPT(say("Second."))' });
  await world.ended(session.id, 2);

  const shown = await replay(session.id, "--turn", "1");
  assert.equal(shown.code, 0, shown.err);
  assert.match(shown.out, /^turn 1, attempt 1 claudeCode:claude-opus-4-5/);
  assert.match(shown.out, /exit code 3/);
  assert.match(shown.out, /All done\./);
  assert.doesNotMatch(shown.out, /Second\./);

  const raw = await replay(session.id, "--raw");
  assert.equal(raw.code, 0, raw.err);
  assert.ok(raw.out.includes("[secret PHRASE]"));
  assert.ok(!raw.out.includes(SECRET));
  const records = raw.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    records.filter(({ type }) => type === "begin").map(({ turnNumber }) => turnNumber),
    [1, 2],
  );
  assert.ok(
    records.some(({ direction, text }) => direction === "toHarness" && text.includes("session/prompt")),
  );

  const compared = await replay(session.id, "--diff");
  assert.equal(compared.out, "turn 1 no differences\nturn 2 no differences\n", compared.err);
  assert.equal(compared.code, 0);
});
