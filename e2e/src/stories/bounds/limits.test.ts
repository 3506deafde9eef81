import assert from "node:assert/strict";
import { availableParallelism, totalmem } from "node:os";
import { after, before, test } from "node:test";
import type { SessionEvent } from "@tembo/contract";
import { type Step, steps } from "../../scripted-model/server.ts";
import { API_KEY, dataOf, ofType, remoteFile, startWorld, type World } from "../../support/index.ts";
import { resultsOf } from "../../support/tool-results.ts";

const MAX_PROCESSES = 128;
let world: World;

before(async () => {
  world = await startWorld({
    env: {
      TEMBO_SANDBOX_DISK_GB: "1",
      TEMBO_SANDBOX_MAX_FILES: "4000",
      TEMBO_SANDBOX_MAX_PROCESSES: String(MAX_PROCESSES),
    },
  });
});
after(async () => {
  await world.close();
});

type Size = "nano" | "small" | "xl";

/** Starts a session that writes b.txt and then runs `script`. */
async function start(owner: string, script: readonly Step[], sandboxSize?: Size) {
  const prompt = `Work of ${owner}.`;
  world.model.script(prompt, [steps.write("b.txt", "2\n"), ...script, steps.say("Done.")]);
  const repository = await world.repository(`${owner}/app`, { "a.txt": "1\n" });
  const { id } = await world.client.session.create({
    prompt,
    repositories: [repository.url],
    ...(sandboxSize !== undefined && { sandboxSize }),
  });
  return {
    id,
    ended: (turns = 1) => world.ended(id, turns),
    /** Returns the file that the script wrote before it reached the limit, from the session's branch. */
    saved: async () => {
      const { branchName } = await world.client.session.retrieve(id);
      return remoteFile(repository.url, API_KEY, branchName!, "b.txt");
    },
  };
}

const provisioning = (events: readonly SessionEvent[]) =>
  String(
    ofType(events, "turn.step").find(({ eventData }) => eventData.step === "provision")?.eventData.message,
  );
/** Returns the notices about the sandbox. The first turn also reports where its harness comes from. */
const notices = (events: readonly SessionEvent[]) =>
  ofType(events, "notice")
    .map(({ eventData }) => eventData.message)
    .filter((message) => message.startsWith("The sandbox"));

/** Returns true if the server logged that it cannot enforce this limit. The server logs this with its first sandbox. */
const hasNoLimit = (resource: string) =>
  world.tembo
    .log()
    .split("\n")
    .some((line) => line.includes("without this limit") && line.includes(resource));

const failureOf = (events: readonly SessionEvent[]) => dataOf(events.at(-1), "turn.failed").error;

/** Step that keeps the sandbox running until the server has detected the exceeded limit and stops the sandbox. */
const wait = steps.sleepTool(60);
const allocate = (mib: number) =>
  steps.bash(
    `node -e 'const kept = []; for (let i = 0; i < ${mib / 64}; i++) kept.push(Buffer.alloc(64 << 20, 1)); console.log("held", kept.length)'; echo status $?`,
  );

test("reports the sandbox's size, and whether the machine caps it", async () => {
  const [small, xl] = await Promise.all([start("small", []), start("xl", [], "xl")]);
  const cpus = (wanted: number) => Math.min(wanted, availableParallelism());
  assert.match(provisioning(await small.ended()), new RegExp(`The sandbox has ${cpus(2)} vCPU and 4 GB\\.`));
  const isCapped = cpus(16) < 16 || totalmem() < 32 * 1024 ** 3;
  assert.match(
    provisioning(await xl.ended()),
    isCapped
      ? new RegExp(`${cpus(16)} vCPU and [\\d.]+ GB\\. The machine does not have enough resources`)
      : /16 vCPU and 32 GB\.$/m,
  );
});

test("kills and reports a command that exceeds the memory limit, and continues the turn", async (t) => {
  const limit =
    "The sandbox reached its memory limit of 2048 MiB, and the kernel killed a program in it. Choose a larger sandbox size.";
  // If the harness needs memory before that of the killed command is free, the kernel kills the harness too.
  for (const owner of ["memory", "memory-again", "memory-last"]) {
    const bomb = await start(owner, [allocate(3 * 1024)], "nano");
    const events = await bomb.ended();
    if (hasNoLimit("memory")) return t.skip("this machine has no memory control group");
    assert.equal(await bomb.saved(), "2");
    if (events.at(-1)?.eventType === "turn.failed") {
      assert.ok(failureOf(events).message.startsWith(limit), failureOf(events).message);
      continue;
    }
    assert.match(resultsOf(events).at(-1)!, /Killed.*status 137/);
    assert.deepEqual(notices(events), [limit]);
    return assert.equal(events.at(-1)?.eventType, "turn.completed");
  }
  assert.fail("the kernel killed the harness in every turn");
});

test("control: reports nothing for a command within the memory limit", async () => {
  const fits = await start("fits", [allocate(1024)], "nano");
  const events = await fits.ended();
  assert.match(resultsOf(events).join(), /held 16.*status 0/);
  assert.deepEqual(notices(events), []);
});

/** Step that starts `count` processes, or as many as the limit allows. All of them end when the script ends. */
const fork = (count: number) =>
  steps.bash(
    `sh -c 'i=0; while [ $i -lt ${count} ]; do tail --pid=$$ -f /dev/null & i=$((i+1)); done; echo all started'; echo status $?`,
  );

test("stops a fork bomb at the process limit, reports it, and keeps other sessions running", async (t) => {
  const [bomb, other] = await Promise.all([start("forks", [fork(300)]), start("forks-other", [fork(20)])]);
  const [events, others] = await Promise.all([bomb.ended(), other.ended()]);
  assert.equal(others.at(-1)?.eventType, "turn.completed");
  assert.match(resultsOf(others).at(-1)!, /all started/, "control: fewer processes are allowed");
  assert.deepEqual(notices(others), []);
  if (hasNoLimit("processes")) return t.skip("this machine has no process control group");
  assert.doesNotMatch(resultsOf(events).at(-1)!, /all started/);
  assert.match(resultsOf(events).at(-1)!, /fork/i);
  assert.deepEqual(notices(events), [
    `The sandbox reached its limit of ${MAX_PROCESSES} processes. Set TEMBO_SANDBOX_MAX_PROCESSES to a larger number.`,
  ]);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  assert.equal(await bomb.saved(), "2");
});

test("fails the turn on a full disk, keeps its work on the branch, and lets the next message free space", async () => {
  const filler = await start("disk", [steps.bash('head -c 1200M /dev/zero > "$HOME/big"'), wait]);
  const other = await start("disk-other", [
    steps.bash('head -c 300M /dev/zero > "$HOME/big"'),
    steps.slow(40, 100),
  ]);
  const events = await filler.ended();
  const { code, message } = failureOf(events);
  assert.equal(code, "limit_reached");
  assert.match(message, /disk limit of 1 GB for the session's files is reached.*TEMBO_SANDBOX_DISK_GB/);
  assert.equal(await filler.saved(), "2");
  assert.equal(
    (await other.ended()).at(-1)?.eventType,
    "turn.completed",
    "control: a smaller file is allowed",
  );

  world.model.script("Make room.", [steps.bash('rm "$HOME/big"; echo made'), steps.say("Made.")]);
  await world.client.session.messages.create(filler.id, { content: "Make room." });
  const followed = await filler.ended(2);
  assert.equal(followed.at(-1)?.eventType, "turn.completed", JSON.stringify(followed.at(-1)));
});

test("fails the turn on too many files, and keeps its work on the branch", async () => {
  const touch = (count: number) =>
    steps.bash(`mkdir -p "$HOME/many" && cd "$HOME/many" && seq ${count} | xargs touch`);
  const [filler, other] = await Promise.all([
    start("inodes", [touch(6000), wait]),
    start("inodes-other", [touch(1000), steps.slow(30, 100)]),
  ]);
  const { code, message } = failureOf(await filler.ended());
  assert.equal(code, "limit_reached");
  assert.match(message, /limit of 4,000 files and folders.*TEMBO_SANDBOX_MAX_FILES/);
  assert.equal(await filler.saved(), "2");
  assert.equal((await other.ended()).at(-1)?.eventType, "turn.completed", "control: fewer files are allowed");
});

test("the server logs no error during these tests", async () => {
  const { orgId } = await world.client.me.retrieve();
  assert.notEqual(orgId, null);
  const lines = world.tembo.log().split("\n");
  // Log levels 50 and 60 are errors. Every start logs at level 30.
  assert.ok(
    lines.some((line) => line.includes('"level":30')),
    "control",
  );
  assert.deepEqual(
    lines.filter((line) => /"level":[56]0/.test(line)),
    [],
  );
});
