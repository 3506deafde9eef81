import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Tembo from "@tembo-io/sdk";
import { API_KEY, ofType, remoteFile, startWorld, type World } from "../../support/index.ts";
import { createPerson, isTembo } from "../../talking/person.ts";
import { until } from "../../talking/until.ts";

let world: World;
let repository: { readonly id: string; readonly url: string };

before(async () => {
  world = await startWorld();
  repository = await world.repository("macros/app", { "a.txt": "1\n" });
  const { id } = await world.client.agents.create({
    name: "Note taker",
    instructions: {
      type: "doc",
      content: [
        {
          type: "paragraph",
          content: [{ type: "text", text: 'Note it. SCRIPT(write("note.txt", "noted\\n"), say("Noted."))' }],
        },
      ],
    },
    repositoryIds: [repository.id],
  });
  await world.client.agents.update(id, { key: "note" });
});
after(() => world.close());

test("runs a prompt that mentions an agent's key with the agent's instructions and repositories", async () => {
  const made = await world.client.session.create({ prompt: "!note the first thing" });
  const events = await world.ended(made.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)));
  const session = await world.client.session.retrieve(made.id);
  assert.equal(await remoteFile(repository.url, API_KEY, session.branchName!, "note.txt"), "noted");
  const { items } = await world.client.session.messages.list(made.id);
  assert.match(items[0]!.content, /^Note it\..*The person who called this agent added:\n\nthe first thing$/s);
});

test("runs a message in a session that mentions an agent's key", async () => {
  const made = await world.client.session.create({
    prompt: 'Look. SCRIPT(say("Looked."))',
    repositories: [repository.url],
  });
  await world.ended(made.id);
  await world.client.session.messages.create(made.id, { content: "!note" });
  const events = await world.ended(made.id, 2);
  assert.equal(ofType(events, "pullRequest.opened").length, 1, JSON.stringify(events.at(-1)));
});

test("rejects an unknown agent key, lists the known keys, and creates no session", async () => {
  const before = (await world.client.session.list()).meta.totalCount;
  await assert.rejects(world.client.session.create({ prompt: "!nosuch go" }), (error: unknown) => {
    assert.ok(error instanceof Tembo.BadRequestError);
    assert.match(error.message, /No agent has the key "nosuch"\. You can call !note\./);
    return true;
  });
  assert.equal((await world.client.session.list()).meta.totalCount, before);
});

test("replies on the forge with the agent's result, or with the known keys", async () => {
  const ada = createPerson(world.url, API_KEY, "macros/app");
  const { number } = await ada.openIssue("Something to note", "@tembo !note this issue");
  const answer = await until("the reply of the macro", async () =>
    (await ada.comments(number)).find(({ user, body }) => isTembo(user) && body.startsWith("Noted.")),
  );
  assert.match(answer.body, /^Noted\./);
  await ada.comment(number, "@tembo !nosuch this");
  const refused = await until("the error reply", async () =>
    (await ada.comments(number)).find(({ body }) => body.startsWith("No agent has the key")),
  );
  assert.match(refused.body, /No agent has the key "nosuch"\. You can call !note\./);
});
