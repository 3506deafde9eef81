import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { stdioServer } from "../../support/hosts/mcp-server.ts";
import {
  dataOf,
  leftoversOf,
  ofType,
  sandboxProcesses,
  startWorld,
  type World,
} from "../../support/index.ts";
import {
  eventually,
  isKept,
  isStopped,
  keptSession,
  outputsOf,
  STILL_RUNS,
  sendAndWork,
} from "./warm-session.ts";

let world: World;

before(async () => {
  world = await startWorld({ env: { TEMBO_KEEP_ALIVE_MINUTES: "10" } });
});
after(async () => {
  await world.close();
});

test("extends the keep-alive on request, stops the sandbox, and continues with the next message", async () => {
  const id = await keptSession(world, "asked");
  const asked = await world.client.session.keepAlive(id, 60);
  assert.equal(asked.isKept, true);
  const until = asked.keepAliveUntil!;
  const events = await world.until(
    id,
    ({ eventData }) => eventData.type === "sandbox.kept" && eventData.until === until,
  );
  assert.equal(ofType(events, "sandbox.kept").length, 2);
  assert.deepEqual(await world.client.session.retrieveKeepAlive(id), asked);
  await world.client.session.keepAlive(id, 0.02);
  const stopped = await world.until(id, isStopped);
  assert.equal(dataOf(stopped.at(-1), "sandbox.stopped").reason, "It was idle.");
  assert.equal((await world.client.session.retrieveKeepAlive(id)).isKept, false);
  assert.deepEqual(await sandboxProcesses(world.uidBase), []);
  const requests = world.model.requests.length;
  const later = await sendAndWork(world, id, `${STILL_RUNS} || echo it is gone`);
  assert.ok(outputsOf(later).some((output) => output.includes("it is gone")));
  assert.match(
    JSON.stringify(world.model.requests.slice(requests).map(({ userTexts }) => userTexts)),
    /Begin/,
  );
  await world.client.session.keepAlive(id, 0);
});

test("restarts the harness in its conversation when skills, instructions or MCP connections change", async () => {
  const { skills, organizations, mcpConnections } = world.client;
  const { orgId } = await world.client.me.retrieve();
  const id = await keptSession(world, "changed");
  /**
   * Runs a turn. Returns the start time of the harness that ran the turn's command, which identifies the harness, and
   * the model's input.
   */
  const next = async (turns: number, mcpServers: string[] = [], more = "") => {
    const seen = world.model.requests.length;
    await world.client.session.messages.create(id, {
      content: `Go on. SCRIPT(bash(${JSON.stringify(`echo harness $(cut -d' ' -f22 /proc/$PPID/stat)`)}), ${more} say("Done."))`,
      mcpServers,
    });
    const events = await world.ended(id, turns);
    assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
    const output = outputsOf(events).findLast((text) => text.includes("harness "))!;
    const request = world.model.requests.slice(seen).findLast(({ isBackground }) => !isBackground)!;
    const sentTexts = JSON.stringify(request.userTexts);
    assert.match(sentTexts, /Begin\./);
    assert.doesNotMatch(
      sentTexts,
      /earlier_work/,
      "the harness continues from its own memory, without a summary",
    );
    return {
      harness: /harness (\d+)/.exec(output)![1]!,
      sentTexts,
      system: request.systemText,
      events,
    };
  };
  const first = await next(2);
  const same = await next(3);
  assert.equal(same.harness, first.harness, "control: the harness keeps running if nothing changes");

  const skill = await skills.create({
    name: "baking",
    description: "How baking is done, says acme",
    files: [{ filename: "SKILL.md", content: "With flour." }],
  });
  const skilled = await next(4);
  assert.match(skilled.sentTexts, /How baking is done, says acme/);
  assert.notEqual(skilled.harness, same.harness);
  await skills.update(skill.id, { description: "How baking is done, says the baker" });
  assert.match((await next(5)).sentTexts, /How baking is done, says the baker/);
  await skills.delete(skill.id);

  await organizations.settings.update(orgId!, { customSystemPrompt: "You are the herald of Acme." });
  assert.match((await next(6)).system, /You are the herald of Acme\./);
  await organizations.settings.update(orgId!, { customSystemPrompt: "" });
  assert.doesNotMatch((await next(7)).system, /herald/);

  await mcpConnections.create({ type: "stdio", name: "teller", command: "node", args: ["-e", stdioServer] });
  const { events } = await next(8, ["teller"], 'mcp("teller", "tell", {"name": "HOME"}),');
  assert.ok(
    outputsOf(events).some((output) => output.includes("It is /")),
    "the new MCP server responds",
  );
  await world.client.session.keepAlive(id, 0);
});

test("keeps no sandbox warm after a turn is stopped", async () => {
  const id = await keptSession(world, "stopped");
  await world.client.session.messages.create(id, { content: 'Slowly. SCRIPT(slow(500, 50), say("Never."))' });
  await world.until(
    id,
    ({ messageId, eventData }) =>
      messageId !== null && eventData.type === "text" && eventData.text !== "First.",
  );
  await world.client.session.stop(id);
  await world.ended(id, 2);
  await world.until(id, isStopped);
  assert.deepEqual(await sandboxProcesses(world.uidBase), []);
});

test("removes all traces of the sandbox when the server stops or is killed, and continues the session", async () => {
  const id = await keptSession(world, "killed");
  await world.tembo.kill();
  await world.restart();
  await world.until(id, isStopped);
  await eventually(async () => (await leftoversOf(world)).length === 0);
  await sendAndWork(world, id, "cat one.txt");
  let kept = 0;
  await world.until(id, (event) => isKept(event) && ++kept === 2);
  assert.equal(await world.tembo.stop(), 0);
  assert.deepEqual(await leftoversOf(world), []);
  await world.restart();
  const reasons = ofType(await world.events(id), "sandbox.stopped").map(({ eventData }) => eventData.reason);
  assert.deepEqual(reasons, ["Its worker stopped.", "The server stopped."]);
});
