import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startWorld, type World } from "../../support/index.ts";
import { makeOwnAgent } from "../../support/programs/own-agent.ts";

/** Maximum number of programs that a turn with one repository and one changed file may start on the machine. */
const MAX_STARTS = 25;
/** Maximum number of these that are forks of the server. */
const MAX_FORKS = 0;

let folder: string;
let listPath: string;
let agent: Awaited<ReturnType<typeof makeOwnAgent>>;
let world: World;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tembo-starts-"));
  listPath = join(folder, "starts");
  await writeFile(listPath, "");
  agent = await makeOwnAgent('write("own.txt", String(Math.random())); say("Written.");');
  world = await startWorld({
    prepare: agent.prepare,
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(listStarts(listPath))}` },
  });
});
after(async () => {
  await world.close();
  await agent[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Returns a module that adds each program that the server starts to a file. */
const listStarts = (path: string) => `
import { subscribe } from "node:diagnostics_channel";
import { appendFileSync } from "node:fs";
const add = (line) => appendFileSync(${JSON.stringify(path)}, line.replaceAll("\\n", " ") + "\\n");
// Node sets the arguments only after it publishes the process.
subscribe("child_process", ({ process }) => queueMicrotask(() => add("fork " + process.spawnargs.join(" "))));
subscribe("tembo:program", ({ argv }) => add(argv.join(" ")));
`;

const readStarts = async () => (await readFile(listPath, "utf8")).split("\n").slice(0, -1);

const isFork = (line: string) => line.startsWith("fork ");

/** Runs a turn that changes one file. Returns the programs that the server started. */
async function startsOfTurn(url: string): Promise<string[]> {
  const before = await readStarts();
  const session = await world.client.session.create({
    prompt: "Write.",
    agent: "own:small",
    repositories: [url],
  });
  const events = await world.ended(session.id);
  assert.equal(events.at(-1)?.eventType, "turn.completed");
  return (await readStarts()).slice(before.length);
}

/** Throws an AssertionError with the list if there are too many starts or forks. */
function requireFew(starts: readonly string[]): void {
  const list = starts.join("\n");
  assert.ok(starts.length <= MAX_STARTS, `The turn started ${starts.length} programs:\n${list}`);
  const forks = starts.filter(isFork);
  assert.ok(forks.length <= MAX_FORKS, `The server forked itself for ${forks.length} programs:\n${list}`);
}

test("a turn starts few programs, and none by a fork of the server", async (t) => {
  const { url } = await world.repository("starts/one", { "a.txt": "1\n" });
  assert.ok((await readStarts()).some(isFork), "control: the server starts its helpers by a fork");
  // The first turn also creates the mirror.
  await startsOfTurn(url);
  const starts = await startsOfTurn(url);
  t.diagnostic(`${starts.length} programs`);
  requireFew(starts);
  for (const name of ["git", "bwrap", "find"])
    assert.match(starts.join("\n"), new RegExp(`(?:^|[/ ])${name} `, "m"), "each kind of start is counted");
  const more = (line: string, count: number) => [...starts, ...Array.from({ length: count }, () => line)];
  assert.throws(() => requireFew(more("git status", MAX_STARTS)), assert.AssertionError, "control");
  assert.throws(() => requireFew(more("fork true", MAX_FORKS + 1)), assert.AssertionError, "control");
});
