import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SessionEvent } from "@tembo/contract";
import Tembo from "@tembo-io/sdk";
import { withDatabase } from "../../../server/src/start-installation.ts";
import {
  API_KEY,
  assertOccurOnce,
  assertSeamless,
  endings,
  launchFile,
  ofType,
  rejectsWithOutput,
  remoteFile,
  runOperatorCommand,
  startWorld,
  type TemboProcessOptions,
  type World,
} from "../support/index.ts";
import { resultsOf } from "../support/tool-results.ts";
import { haveArrived, holdRunning, seedActive, seedIdle } from "./seed.ts";
import { assertContains, countFacts, readSnapshot, type Snapshot } from "./snapshot.ts";

type Launch = NonNullable<TemboProcessOptions["launch"]>;

export interface UpgradeTest {
  /** Folder with the files and packages of the earlier version. */
  readonly earlierRoot: string;
  readonly newLaunch: Launch;
  /** Number of idle sessions. */
  readonly sessions: number;
  readonly print: (line: string) => void;
}

/**
 * Upgrades an installation of the earlier version and goes back, after `kill -9`. Then upgrades again, after SIGTERM, and
 * continues its work. Prints the downtime. Throws if something is lost.
 */
export async function runUpgradeTest({ earlierRoot, newLaunch, sessions, print }: UpgradeTest) {
  const earlierLaunch = launchFile({
    main: join(earlierRoot, "cli/src/main.ts"),
    bin: join(earlierRoot, "cli/bin/tembo.js"),
    env: {},
  });
  let launch = earlierLaunch;
  let keepAliveMinutes = "0";
  const world = await startWorld({
    isFresh: true,
    launch: (command, env) => launch(command, { ...env, TEMBO_KEEP_ALIVE_MINUTES: keepAliveMinutes }),
  });
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => world.close());
  const { dataDir } = world;
  const backups = await mkdtemp(join(tmpdir(), "tembo-backups-"));
  cleanup.defer(() => rm(backups, { recursive: true }));
  const plain = new Tembo({ apiKey: API_KEY, baseURL: world.url, maxRetries: 0 });
  const tembo = async (...args: string[]) =>
    JSON.parse((await runOperatorCommand(dataDir, ["--json", ...args], settingsOf(world))).stdout);

  print(`Creating ${sessions} sessions ...`);
  const repository = await world.repository("team/app", { "a.txt": "1\n" });
  const attachments = await seedIdle(world, repository.url, sessions);
  await world.tembo.stop();
  keepAliveMinutes = "60";
  await world.restart();
  const active = await seedActive(world, repository.url);
  const scope = { active: new Set([...active.running, active.kept]), attachments };
  const first = await readSnapshot(plain, scope);
  print(describeCounts(first));
  assert.equal(first.sessions.size, sessions + 4);
  for (const [name, count] of Object.entries(countFacts(first))) assert.ok(count > 0, `there are no ${name}`);
  requireComparison(first);

  await rejectsWithOutput(
    tembo("upgrade", "--backup", join(backups, "running.tar")),
    /still use the database: 1 process with the data folder/,
  );

  // Upgrades after kill -9, then goes back.
  await world.tembo.kill();
  const { plan } = await tembo("upgrade", "--dry-run");
  assert.ok(plan.pending.length > 0, "control: the earlier version has fewer migrations");
  print(`Upgrading from ${plan.from ?? "a version without a number"}, ${plan.newestApplied} ...`);
  const killed = await tembo("upgrade", "--backup", join(backups, "first.tar"));
  assert.deepEqual(killed.upgraded.migrations, plan.pending);
  assert.equal(killed.upgraded.rows.sessions, sessions + 4);
  await tembo("upgrade", "--back");
  assert.deepEqual((await tembo("upgrade", "--dry-run")).plan.pending, plan.pending);
  const holds = holdRunning(world);
  await world.restart();
  await haveArrived(holds);
  assertContains(await readSnapshot(plain, scope), first);
  // The kill ended the warm sandbox. The next message starts another one.
  await assertKeptContinues(world, { id: active.kept, url: repository.url, turn: 2 });
  await world.until(active.kept, keptAgain());
  const second = await readSnapshot(plain, scope);
  print("The earlier version shows everything after it was killed, upgraded and restored.");

  // Upgrades after SIGTERM, and keeps the upgrade.
  const databaseBytes = await readDatabaseSize(dataDir);
  const stoppingAt = performance.now();
  assert.equal(await world.tembo.stop(), 0);
  const stoppedAt = performance.now();
  const { upgraded } = await tembo("upgrade", "--backup", join(backups, "second.tar"));
  const upgradedAt = performance.now();
  launch = newLaunch;
  await world.restart();
  const readyAt = performance.now();
  const after = await readSnapshot(plain, scope);
  assertContains(after, second);
  print("This version shows everything after the upgrade.");

  await assertRunningCompleted(world, active.running, repository.url);
  print("The 3 turns completed, and their work is in pull requests.");
  await assertKeptContinues(world, { id: active.kept, url: repository.url, turn: 3 });
  print("The session with the warm sandbox continued with its conversation and its files.");
  await world.tembo.stop();
  await rejectsWithOutput(
    tembo("upgrade", "--back"),
    /Something was written since the upgrade.* Changed tables: .*messages.*tembo restore .*second\.tar/,
  );
  print("tembo upgrade --back refuses after the new messages.");

  const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
  const { backupMs, migrationsMs, verificationMs } = upgraded.durations;
  console.log(
    [
      `Downtime: ${seconds(readyAt - stoppingAt)}, with ${first.sessions.size} sessions and a database of ${(databaseBytes / 1024 ** 2).toFixed(0)} MiB.`,
      `- stop of the earlier version: ${seconds(stoppedAt - stoppingAt)}`,
      `- tembo upgrade: ${seconds(upgradedAt - stoppedAt)} (backup ${seconds(backupMs)}, migrations ${seconds(migrationsMs)}, verification ${seconds(verificationMs)})`,
      `- start of this version: ${seconds(readyAt - upgradedAt)}`,
    ].join("\n"),
  );
  await world.restart();
}

const settingsOf = ({ uidBase }: World) => ({ TEMBO_SANDBOX_UID_BASE: String(uidBase), PORT: "0" });

const describeCounts = (snapshot: Snapshot) =>
  `The earlier version shows ${Object.entries(countFacts(snapshot))
    .map(([name, count]) => `${count} ${name}`)
    .join(", ")}.`;

/** Throws unless the comparison finds a lost session, a lost event and lost pull requests. */
function requireComparison(snapshot: Snapshot): void {
  const [[id, facts]] = [...snapshot.sessions] as [[string, Readonly<Record<string, unknown>>]];
  const { sessions } = snapshot;
  const lossy = { ...facts, events: (facts.events as readonly unknown[]).slice(1) };
  const controls = [
    new Map([...sessions].filter(([other]) => other !== id)),
    new Map([...sessions, [id, lossy]]),
  ];
  for (const changed of controls)
    assert.throws(() => assertContains({ ...snapshot, sessions: changed }, snapshot), assert.AssertionError);
  const noPullRequests = { ...snapshot.installation, pullRequests: [] };
  assert.throws(() => assertContains({ sessions, installation: noPullRequests }, snapshot));
}

async function readDatabaseSize(dataDir: string): Promise<number> {
  return withDatabase({ dataDir, databaseUrl: null }, async ({ pool }) => {
    const { rows } = await pool.query<{ size: string }>(
      "select pg_database_size(current_database()) as size",
    );
    return Number(rows[0]!.size);
  });
}

async function assertRunningCompleted(world: World, running: readonly string[], url: string) {
  for (const [index, id] of running.entries()) {
    const events = await world.ended(id);
    assertSeamless(events);
    assert.equal(endings(events)[0]?.eventType, "turn.completed", JSON.stringify(events.at(-1)?.eventData));
    assertOccurOnce(events, "session.created", "pullRequest.opened", "turn.completed");
    const { branchName } = await world.client.session.retrieve(id);
    for (const part of ["1", "2"])
      assert.equal(await remoteFile(url, API_KEY, branchName!, `running-${index}-${part}.txt`), part);
  }
}

/** Returns a function that returns true for the event of the second warm sandbox. */
function keptAgain() {
  let found = 0;
  return ({ eventType }: SessionEvent) => eventType === "sandbox.kept" && ++found === 2;
}

interface NextTurn {
  readonly id: string;
  /** Clone URL of the repository. */
  readonly url: string;
  /** Number of the turn, whose work is in a file with this number. */
  readonly turn: number;
}

async function assertKeptContinues(world: World, { id, url, turn }: NextTurn) {
  const earlier = world.model.requests.length;
  const command = `cat kept-${turn - 1}.txt ../beside ~/home`;
  await world.client.session.messages.create(id, {
    content: `Continue. SCRIPT(bash("${command}"), write("kept-${turn}.txt", "${turn}\\n"), say("Done."))`,
  });
  const events = await world.ended(id, turn);
  assertSeamless(events);
  assert.equal(endings(events).at(-1)?.eventType, "turn.completed");
  const results = resultsOf(events);
  assert.ok(results.includes(JSON.stringify(`${turn - 1}\nbeside\nhome`)), results.join("\n"));
  assert.equal(ofType(events, "pullRequest.opened").length, 1);
  assert.equal(ofType(events, "pullRequest.updated").length, turn - 1);
  const requests = world.model.requests.slice(earlier);
  assert.match(JSON.stringify(requests.map(({ userTexts }) => userTexts)), /Begin\. SCRIPT/);
  const { branchName } = await world.client.session.retrieve(id);
  for (let part = 1; part <= turn; part++)
    assert.equal(await remoteFile(url, API_KEY, branchName!, `kept-${part}.txt`), String(part));
}
