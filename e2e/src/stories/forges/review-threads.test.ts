import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWorld, type World } from "../../support/index.ts";

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.close());

test("assigns review threads only with the pull request of the session, and only existing ones", async () => {
  const { client } = world;
  const repository = await world.repository("threads/app", { "a.txt": "1\n" });
  const open = async (file: string) => {
    const prompt = `Add ${file}. SCRIPT(write("${file}", "one\\n"), say("Added."))`;
    const session = await client.session.create({ prompt, repositories: [repository.url] });
    await world.ended(session.id);
    const { items } = await client.pullRequests.list({ repositoryIds: [repository.id] });
    return { sessionId: session.id, pullRequestId: items.find((one) => one.session?.id === session.id)!.id };
  };
  const [own, other] = [await open("b.txt"), await open("c.txt")];
  const { comments } = client.pullRequests;
  const { id } = await comments.create(own.pullRequestId, {
    body: "Why?",
    place: { path: "b.txt", line: 1 },
  });
  const content = "Please answer.";
  const reviewComments = [id];
  const send = (change: object) => client.messages.create({ ...own, content, reviewComments, ...change });
  await assert.rejects(send({ pullRequestId: undefined }), { status: 400 });
  await assert.rejects(send({ pullRequestId: other.pullRequestId }), { status: 409 });
  await assert.rejects(send({ reviewComments: ["inline-999"] }), { status: 404 });
  await assert.rejects(send({ reviewComments: ["comment-1"] }), { status: 404 });
  const agentOf = async () => (await comments.list(own.pullRequestId)).items.map(({ agent }) => agent?.state);
  assert.deepEqual(await agentOf(), [undefined]);
  const messageId = crypto.randomUUID();
  for (let attempt = 1; attempt <= 2; attempt++) await send({ id: messageId });
  await world.ended(own.sessionId, 2);
  assert.deepEqual(await agentOf(), ["unanswered"]);
  const [answered] = (await comments.list(own.pullRequestId)).items;
  assert.match(String(answered?.agent?.reason), /^The agent did not write a reply/);
});
