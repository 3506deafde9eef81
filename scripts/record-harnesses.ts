/**
 * Records how the real harnesses speak, for the tests of the driver: `node scripts/record-harnesses.ts [harness ...]`. Each case is
 * played with the scripted model in server/src/harness/fixtures/<harness>/<case>.ndjson, and what the driver makes of it beside it.
 * With `--events` nothing is played: only the latter is written anew, after the driver was changed on purpose.
 */
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { WireRecord } from "@tembo/contract";
import { startScriptedModel } from "../e2e/src/scripted-model/server.ts";
import type { DecidePermission, HarnessStart } from "../server/src/core/ports/harness.ts";
import { createHarnesses } from "../server/src/harness/harnesses.ts";
import { collapseUpdates, replayRecording } from "../server/src/harness/replay/replay-recording.ts";
import { launchSpecs } from "../server/src/harness/specs/index.ts";
import { harnessStart } from "../server/src/harness/testing/harness-start.ts";
import { localSandbox } from "../server/src/harness/testing/local-sandbox.ts";
import { quietLog } from "../server/src/harness/testing/quiet-log.ts";
import { recordLines } from "../server/src/harness/testing/record-lines.ts";
import { playableHarnesses } from "./harness-cache.ts";

interface Case {
  readonly prompt: string;
  readonly given?: Partial<HarnessStart>;
  /** Cancels the prompt when this was said. */
  readonly cancelAt?: string;
  /** Put into the prompt when this was said. */
  readonly steer?: { readonly at: string; readonly words: string };
}

let askedCount = 0;
const deny: DecidePermission = async () => {
  askedCount += 1;
  return "deny";
};
const cases: Readonly<Record<string, Case>> = {
  work: {
    prompt: `Work. SCRIPT(think("Hm."), say("First a file. "), write("notes.txt", "one\\n"), edit("notes.txt", "one", "two"), bash("cat notes.txt"), bash("echo to-stderr >&2; exit 3"), say("All done."))`,
  },
  cancel: { prompt: "Count. SCRIPT(endless())", cancelAt: " " },
  deny: {
    prompt: `Work. SCRIPT(write("notes.txt", "one\\n"), say("Then not."))`,
    given: { decidePermission: deny },
  },
  steer: {
    prompt: "Count. SCRIPT(endless())",
    steer: { at: " ", words: 'Stop counting. SCRIPT(say("Another course."))' },
  },
};

const root = join(import.meta.dirname, "..");
const fixtures = join(root, "server/src/harness/fixtures");
const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const specs = launchSpecs.filter(({ name }) =>
  (names.length === 0 ? playableHarnesses : names).includes(name),
);

for (const spec of specs) {
  if (!process.argv.includes("--events")) await recordAll(spec.name, spec.defaultModel);
  for (const name of fixturesOf(spec.name)) await writeEvents(join(fixtures, spec.name, name));
}

async function recordAll(harness: string, model: string): Promise<void> {
  const harnessesDir = process.env.TEMBO_TEST_HARNESS_DIR ?? join(root, ".cache/harness-data/harnesses");
  const harnesses = createHarnesses({
    dataDir: dirname(harnessesDir),
    nodeBinary: process.execPath,
    log: quietLog(),
  });
  const info = harnesses.list().find(({ name }) => name === harness)!;
  if (!info.isInstalled) {
    console.error(`${harness} is left out: it is not installed.`);
    return;
  }
  for (const [name, one] of Object.entries(cases)) {
    if (one.steer && !info.capabilities.canSteer) continue;
    if (one.given?.decidePermission && !info.capabilities.asksPermission) continue;
    askedCount = 0;
    const scripted = await startScriptedModel();
    const sandbox = localSandbox({ modelUrl: scripted.url });
    const mode = one.given?.mode ?? "build";
    const recording = recordLines({ harness, model, mode, cwd: sandbox.workspacePath });
    // Some are scripts that look for their Node there.
    const env = { PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` };
    const start = { ...one.given, harness, model, env, onWireLine: recording.hear };
    const conversation = await harnesses.start(harnessStart(sandbox, start), AbortSignal.timeout(120_000));
    const abort = new AbortController();
    const giveUp = AbortSignal.timeout(120_000);
    const prompt = conversation.prompt(
      [{ type: "text", text: one.prompt }],
      AbortSignal.any([abort.signal, giveUp]),
    );
    let said = "";
    let isSteered = false;
    for await (const update of prompt) {
      if (update.type === "text") said += update.text;
      if (one.cancelAt !== undefined && said.includes(one.cancelAt)) abort.abort();
      if (one.steer && !isSteered && said.includes(one.steer.at)) {
        isSteered = true;
        await conversation.steer([{ type: "text", text: one.steer.words }]);
      }
    }
    await conversation.close();
    await sandbox.stop();
    await scripted.close();
    if (one.given?.decidePermission && askedCount === 0) {
      console.error(`${harness}: ${name} is left out: it asked for nothing.`);
      continue;
    }
    if (giveUp.aborted) throw new Error(`${harness}: ${name} did not end within 120 s.`);
    const places = [
      [dirname(sandbox.workspacePath), "/sandbox"],
      [dirname(sandbox.workspacePath).slice(1), "sandbox"],
      [harnessesDir, "/harnesses"],
      [dirname(process.execPath), "/node"],
      [root, "/tembo"],
      [scripted.url, "http://127.0.0.1:8377"],
    ] as const;
    await mkdir(join(fixtures, harness), { recursive: true });
    const text = portable(recording.records, places);
    await writeFile(join(fixtures, harness, `${name}.ndjson`), text);
    console.log(`${harness}: ${name}, ${recording.records.length} lines, ${text.length} bytes`);
  }
}

/** Without the time and the places of this machine. */
function portable(records: readonly WireRecord[], places: readonly (readonly [string, string])[]): string {
  const began = Date.parse(records[0]!.at);
  const lines = records.map((record) => {
    const at = new Date(Date.parse(record.at) - began).toISOString();
    return JSON.stringify({ ...record, at });
  });
  return `${places.reduce((text, [from, to]) => text.replaceAll(from, to), lines.join("\n"))}\n`;
}

function fixturesOf(harness: string): string[] {
  const found = readdirSync(join(fixtures, harness), { withFileTypes: true });
  return found.flatMap(({ name }) => (name.endsWith(".ndjson") ? [name.slice(0, -".ndjson".length)] : []));
}

async function writeEvents(path: string): Promise<void> {
  const lines = readFileSync(`${path}.ndjson`, "utf8").trimEnd().split("\n");
  const updates = [];
  for await (const update of replayRecording(lines.map((line) => JSON.parse(line) as WireRecord))) {
    updates.push(update);
  }
  await writeFile(`${path}.events.json`, `${JSON.stringify(collapseUpdates(updates), null, 2)}\n`);
}
