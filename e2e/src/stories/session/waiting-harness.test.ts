import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { leftoversOf, sandboxProcesses, startWorld, type World } from "../../support/index.ts";
import { eventually } from "../../support/prepared.ts";
import { resultsOf } from "../../support/tool-results.ts";

let world: World;

before(async () => {
  // A harness waits for the repository of each test.
  world = await startWorld({ env: { TEMBO_WAITING_HARNESSES: "4" } });
});
after(() => world.close());

/** Number of lines of the server's log with the text. */
const countLogged = (text: string) =>
  world.tembo
    .log()
    .split("\n")
    .filter((line) => line.includes(text)).length;
const untilCount = (text: string, count: number) =>
  eventually(() => countLogged(text) >= count, `the log has ${text} ${count} times`);

const waits = "a harness waits for a session";
const adopted = "a waiting harness was adopted";
const isAdopted = (id: string) =>
  world.tembo
    .log()
    .split("\n")
    .some((line) => line.includes(adopted) && line.includes(id));

async function run(url: string, command = "cat a.txt; git log -1 --format=%s; ls -A ~ | head -50") {
  const { id } = await world.client.session.create({
    prompt: `Look. SCRIPT(bash(${JSON.stringify(command)}), write("b.txt", "2\\n"), say("Done."))`,
    repositories: [url],
  });
  const events = await world.ended(id);
  assert.equal(events.at(-1)?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
  return { id, output: resultsOf(events).join("\n") };
}

/** Names of the folders of waiting sandboxes. */
const waitingFolders = async () =>
  (await readdir(join(world.dataDir, "sessions"))).filter((name) => name.startsWith("wait-"));

test("a new session adopts the waiting harness, with its own files, and only once", async () => {
  const repository = await world.repository("adopt/app", { "a.txt": "first\n" });
  const first = await run(repository.url, "echo private > ~/private; echo private > /tmp/private");
  assert.ok(!isAdopted(first.id), "no harness waits for the first session");
  await untilCount(waits, 1);
  const [folder] = await waitingFolders();
  assert.deepEqual(await readdir(join(world.dataDir, "sessions", folder!, "workspace")), []);
  const home = await readdir(join(world.dataDir, "sessions", folder!, "home"));

  const [one, other] = await Promise.all([
    run(repository.url, "cat a.txt ~/private /tmp/private 2>&1; id -u"),
    run(repository.url),
  ]);
  assert.equal([one, other].filter(({ id }) => isAdopted(id)).length, 1, "two claims: one wins");
  for (const { output } of [one, other]) assert.match(output, /first/);
  assert.doesNotMatch(one.output, /^private/m, "the sandbox has seen nothing of another session");
  assert.match(one.output, /private: No such file/);
  assert.ok(!home.includes("private"));
  for (const { id } of [one, other])
    assert.ok(existsSync(join(world.dataDir, "sessions", id, "workspace/app/b.txt")));
});

test("a session starts as usual if the waiting harness was killed", async () => {
  const repository = await world.repository("killed/app", { "a.txt": "first\n" });
  const before = countLogged(waits);
  await run(repository.url);
  await untilCount(waits, before + 1);
  for (const line of await sandboxProcesses(world.uidBase)) {
    // The kernel may already have killed it together with another one.
    try {
      process.kill(Number(/pid (\d+)/.exec(line)?.[1]), "SIGKILL");
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
    }
  }
  const { output } = await run(repository.url);
  assert.match(output, /first/);
});

test("after the server was killed, a harness waits for the sessions of the last hour, and nothing is left", async () => {
  const repository = await world.repository("restart/app", { "a.txt": "first\n" });
  const before = countLogged(waits);
  await run(repository.url);
  await untilCount(waits, before + 1);
  const left = await waitingFolders();
  await world.tembo.kill();
  await world.restart();
  // The log of the new process contains nothing of the killed one.
  await untilCount(waits, 1);
  const names = await readdir(join(world.dataDir, "run"));
  for (const name of left) {
    assert.ok(!(await waitingFolders()).includes(name), "the folders of the killed server were removed");
    assert.ok(!names.includes(name), "its sockets were removed");
  }
  const places = 3;
  await untilCount(waits, places);
  const { id, output } = await run(repository.url);
  assert.match(output, /first/);
  assert.ok(isAdopted(id));
});

test("a session with a secret does not adopt a waiting harness", async () => {
  const repository = await world.repository("secret/app", { "a.txt": "first\n" });
  const before = countLogged(waits);
  await run(repository.url);
  await untilCount(waits, before + 1);
  const { orgId } = await world.client.me.retrieve();
  await world.client.organizations.secrets.create(orgId!, {
    key: "DEPLOY_TOKEN",
    value: "a-secret-value-of-this-test",
  });
  const { id, output } = await run(repository.url, 'test -n "$DEPLOY_TOKEN" && echo has it');
  assert.match(output, /has it/);
  assert.ok(!isAdopted(id));
});

test("stopping the server ends the waiting harness", async () => {
  await world.tembo.stop();
  assert.deepEqual(await leftoversOf(world), []);
  assert.deepEqual(await waitingFolders(), []);
});
