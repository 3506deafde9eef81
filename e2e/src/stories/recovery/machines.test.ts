import assert from "node:assert/strict";
import { test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import { assertSeamless, ofType, pushFiles } from "../../support/index.ts";
import { assertWhole, isEnding, withMachines } from "../../support/machines.ts";
import { resultsOf } from "../../support/tool-results.ts";

const isStep = (step: string) => (event: SessionEvent) =>
  event.eventData.type === "turn.step" && event.eventData.step === step;

const runsCommand = ({ eventData }: SessionEvent) =>
  eventData.type === "toolCall" && eventData.kind === "execute";

const begin =
  'Begin. SCRIPT(write("one.txt", "1\\n"), bash("echo note > $HOME/note; echo scratch > ../scratch"), say("First."))';
const look = `cat $HOME/note ../scratch one.txt; git status --short .; git fsck --no-dangling 2>&1`;
const goOn = `Go on. SCRIPT(bash("${look}"), write("two.txt", "2\\n"), say("Second."))`;

test("a session continues with its files on another machine, and again on the first one", async () => {
  await withMachines(async (machines) => {
    const { client, machine, forge, until } = machines;
    const first = await machine();
    const { id } = await client.session.create({ prompt: begin, repositories: [forge.repositoryUrl] });
    await until(id, isEnding(1));
    await first.stop();
    const second = await machine();
    await client.session.messages.create(id, { content: goOn });
    const events = await until(id, isEnding(2));
    assert.ok(resultsOf(events).includes('"note\\nscratch\\n1"'));
    await assertWhole(machines, events, ["one.txt", "two.txt"]);
    await second.lose();
    await first.start();
    const content = 'Read. SCRIPT(bash("cat two.txt; git status --short ."), say("Third."))';
    await client.session.messages.create(id, { content });
    const all = await until(id, isEnding(3));
    assert.equal(resultsOf(all).at(-1), '"2"', "the first machine does not use its older files");
    await assertWhole(machines, all, ["one.txt", "two.txt"]);
  });
});

const hooks = JSON.stringify({ setupScript: "echo built > ignored.txt" });
const tracked = {
  ".tembo.json": hooks,
  ".gitignore": "ignored.txt\n",
  ...Object.fromEntries(["same", "changed", "gone", "staged"].map((name) => [`${name}.txt`, "before\n"])),
};
const changing =
  "rm gone.txt; echo after > changed.txt; echo after > staged.txt; git add staged.txt; echo after > new.txt; echo after > ignored.txt";

test("a session has its changes and its unchanged files on another machine, and its setup script runs again", async () => {
  await withMachines(async (machines) => {
    const { client, machine, forge, until } = machines;
    await pushFiles(forge.cloneUrl, forge.token, "main", tracked);
    const first = await machine();
    const prompt = `Begin. SCRIPT(bash("${changing}"), say("First."))`;
    const { id } = await client.session.create({ prompt, repositories: [forge.repositoryUrl] });
    await until(id, isEnding(1));
    await first.lose();
    await machine();
    const look =
      "for name in *.txt; do echo $name $(cat $name); done; git status --short .; git fsck --no-dangling 2>&1; ls -A ..";
    const content = `Go on. SCRIPT(bash("${look}"), say("Second."))`;
    await client.session.messages.create(id, { content });
    const events = await until(id, isEnding(2));
    const files = ["changed after", "ignored built", "new after", "same before", "staged after"];
    const expected = [...files.map((line) => line.replace(" ", ".txt ")), "app"].join("\n");
    assert.equal(resultsOf(events).at(-1), JSON.stringify(expected));
    assert.equal(ofType(events, "hook.finished").length, 2);
    const notices = ofType(events, "notice").map(({ eventData }) => eventData.message);
    assert.equal(notices.filter((message) => /git ignores/.test(message)).length, 1);
    assertSeamless(events);
  });
});

test("a stopped worker saves a running turn, which continues with its files on another machine", async () => {
  await withMachines(async (machines) => {
    const { client, machine, forge, until } = machines;
    const first = await machine();
    const { id } = await client.session.create({
      prompt:
        'Begin. SCRIPT(write("one.txt", "1\\n"), sleepTool(100), bash("cat one.txt"), write("two.txt", "2\\n"), say("Done."))',
      repositories: [forge.repositoryUrl],
    });
    await until(
      id,
      (event) => runsCommand(event) && ofType([event], "toolCall")[0]?.eventData.input !== null,
    );
    await first.stop();
    await machine();
    const events = await until(id, isEnding(1));
    assert.ok(resultsOf(events).includes('"1"'));
    await assertWhole(machines, events, ["one.txt", "two.txt"]);
  });
});

test("a first turn starts again on another machine if its machine is lost before anything was saved", async () => {
  await withMachines(async (machines) => {
    const { client, machine, forge, until } = machines;
    const first = await machine();
    const prompt = 'Begin. SCRIPT(sleepTool(3), write("one.txt", "1\\n"), say("Done."))';
    const { id } = await client.session.create({ prompt, repositories: [forge.repositoryUrl] });
    await until(id, runsCommand);
    await first.lose();
    await machine();
    await assertWhole(machines, await until(id, isEnding(1)), ["one.txt"]);
  });
});

const moments: Readonly<Record<string, (event: SessionEvent) => boolean>> = {
  "while the harness starts": isStep("work"),
  "while the harness works": runsCommand,
  "before its files are saved": ({ eventType }) => eventType === "harness.ended",
  "after the work is committed": ({ eventType }) => eventType === "commit.created",
  "while it publishes": isStep("publish"),
};

for (const [moment, isThere] of Object.entries(moments))
  test(`a turn completes on another machine if its machine is lost with its disk ${moment}`, async () => {
    await withMachines(async (machines) => {
      const { client, machine, forge, until } = machines;
      const first = await machine();
      const { id } = await client.session.create({ prompt: begin, repositories: [forge.repositoryUrl] });
      await until(id, isEnding(1));
      const content = goOn.replace("SCRIPT(", "SCRIPT(sleepTool(2), ");
      await client.session.messages.create(id, { content });
      let turns = 0;
      await until(id, (event) => {
        if (event.eventType === "turn.started") turns++;
        return turns === 2 && isThere(event);
      });
      await first.lose();
      await machine();
      await assertWhole(machines, await until(id, isEnding(2)), ["one.txt", "two.txt"]);
    });
  });

test("a machine that was frozen during a turn does not continue it after it wakes", async () => {
  await withMachines(async (machines) => {
    const { client, machine, forge, model, until } = machines;
    const first = await machine();
    const prompt = 'Begin. SCRIPT(sleepTool(5), write("one.txt", "1\\n"), say("Done."))';
    const { id } = await client.session.create({ prompt, repositories: [forge.repositoryUrl] });
    await until(id, runsCommand);
    await first.freeze();
    await machine();
    const events = await until(id, isEnding(1));
    await assertWhole(machines, events, ["one.txt"]);
    const [requests, [pull]] = [model.requests.length, await forge.pullRequests()];
    await first.wake();
    await first.logged("this worker has reconnected to the database");
    await first.stop();
    assert.equal(model.requests.length, requests, "the frozen machine called the model");
    assert.deepEqual(
      (await forge.pullRequests()).map(({ head }) => head),
      [pull!.head],
    );
    await assertWhole(machines, await until(id, isEnding(1)), ["one.txt"]);
  });
});
