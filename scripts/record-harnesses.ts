/**
 * Records the protocol messages of the real harnesses for the driver's tests: `node scripts/record-harnesses.ts
 * [harness ...] [--case=NAME]`. Runs each case, or only the named one, with the scripted model. Writes the messages to
 * server/src/harness/fixtures/<harness>/<case>.ndjson, and the driver's output next to it. With `--events`, runs no
 * case and only updates the driver's output. Use this option after an intended change to the driver.
 */
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { WireRecord } from "@tembo/contract";
import { startScriptedModel } from "../e2e/src/scripted-model/server.ts";
import { stdioServer } from "../e2e/src/support/hosts/mcp-server.ts";
import { aPicture } from "../e2e/src/support/picture.ts";
import type { HarnessInfo } from "../server/src/core/access/index.ts";
import type { DecidePermission } from "../server/src/core/sessions/index.ts";
import type { Conversation, HarnessStart, PromptBlock } from "../server/src/core/turns/index.ts";
import { createHarnesses } from "../server/src/harness/harnesses.ts";
import { launchSpecs } from "../server/src/harness/plug-ins.ts";
import { collapseUpdates, replayRecording } from "../server/src/harness/replay/replay-recording.ts";
import { harnessStart } from "../server/src/harness/testing/harness-start.ts";
import { localSandbox } from "../server/src/harness/testing/local-sandbox.ts";
import { quietLog } from "../server/src/harness/testing/quiet-log.ts";
import { recordLines } from "../server/src/harness/testing/record-lines.ts";
import { playableHarnesses } from "./harness-cache.ts";

interface Case {
  readonly prompt: string;
  /** Image to send with the prompt. */
  readonly image?: Extract<PromptBlock, { type: "image" }>;
  readonly given?: Partial<HarnessStart>;
  /** Prompt for an earlier process that has exited. The recording resumes the conversation of that process. */
  readonly before?: string;
  /** Text after which the prompt is canceled. */
  readonly cancelAt?: string;
  /** Steers the prompt with `words` after the harness has written the text `at`. */
  readonly steer?: { readonly at: string; readonly words: string };
  /** Harnesses that have the tools for this case, or undefined if all harnesses have them. */
  readonly harnesses?: readonly string[];
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
  plan: {
    prompt: `Work. SCRIPT(tool("update_plan", {"plan": [{"step": "Look", "status": "completed"}, {"step": "Write", "status": "in_progress"}, {"step": "Check", "status": "pending"}]}), say("It goes by the plan."))`,
    harnesses: ["codex"],
  },
  mcp: {
    prompt: `Ask. SCRIPT(mcp("teller", "tell", {"name": "FLAVOUR"}), say("It was told."))`,
    given: {
      mcpServers: [
        {
          transport: "stdio",
          name: "teller",
          argv: [process.execPath, "-e", stdioServer],
          env: { FLAVOUR: "vanilla" },
        },
      ],
    },
  },
  image: {
    prompt: 'Look. SCRIPT(say("It is red."))',
    image: { type: "image", mediaType: "image/png", base64: Buffer.from(aPicture()).toString("base64") },
  },
  resume: {
    before: 'Remember. SCRIPT(write("notes.txt", "one\\n"), say("Remembered."))',
    prompt: 'Go on. SCRIPT(bash("cat notes.txt"), say("Went on."))',
  },
};

const root = join(import.meta.dirname, "..");
const fixtures = join(root, "server/src/harness/fixtures");
const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const onlyCase = process.argv.find((argument) => argument.startsWith("--case="))?.slice("--case=".length);
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
    console.error(`Skipping ${harness}: it is not installed.`);
    return;
  }
  for (const [name, one] of Object.entries(cases)) {
    if (!isPossible(one, info) || (onlyCase ?? name) !== name) continue;
    askedCount = 0;
    const scripted = await startScriptedModel();
    const sandbox = localSandbox({ modelUrl: scripted.url });
    const giveUp = AbortSignal.timeout(120_000);
    // Some harnesses are scripts that find Node on this PATH.
    const env = { PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` };
    const begin = (given: Partial<HarnessStart>) =>
      harnesses.start(
        harnessStart(sandbox, { ...one.given, harness, model, modelFamily: info.modelFamily, env, ...given }),
        giveUp,
      );
    const conversationId = one.before === undefined ? null : await workBefore(begin, one.before, giveUp);
    const mode = one.given?.mode ?? "build";
    const recording = recordLines({ harness, model, mode, cwd: sandbox.workspacePath, conversationId });
    const conversation = await begin({ conversationId, onProtocolLine: recording.record });
    await playCase(conversation, one, giveUp);
    await conversation.close();
    await sandbox.stop();
    await scripted.close();
    if (one.given?.decidePermission && askedCount === 0) {
      console.error(`${harness}: skipped ${name}, because it requested no permission.`);
      continue;
    }
    if (giveUp.aborted) throw new Error(`${harness}: ${name} did not finish within 120 s.`);
    if (conversationId !== null && !conversation.isResumed)
      throw new Error(`${harness}: ${name} did not resume its conversation.`);
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

function isPossible({ steer, given, image, harnesses }: Case, { name, capabilities }: HarnessInfo): boolean {
  if (harnesses !== undefined && !harnesses.includes(name)) return false;
  if (given?.mcpServers && !capabilities.mcpTransports.includes("stdio")) return false;
  if (given?.decidePermission && !capabilities.asksPermission) return false;
  return (capabilities.canSteer || !steer) && (capabilities.takesImages || !image);
}

/** Runs one prompt in a new conversation and stops the process. Returns the conversation's ID. */
async function workBefore(
  begin: (given: Partial<HarnessStart>) => Promise<Conversation>,
  words: string,
  signal: AbortSignal,
): Promise<string> {
  const conversation = await begin({});
  for await (const _ of conversation.prompt([{ type: "text", text: words }], signal));
  await conversation.close();
  return conversation.id;
}

async function playCase(conversation: Conversation, one: Case, giveUp: AbortSignal): Promise<void> {
  const abort = new AbortController();
  const blocks: PromptBlock[] = [{ type: "text", text: one.prompt }, ...(one.image ? [one.image] : [])];
  let output = "";
  let isSteered = false;
  for await (const update of conversation.prompt(blocks, AbortSignal.any([abort.signal, giveUp]))) {
    if (update.type === "text") output += update.text;
    if (one.cancelAt !== undefined && output.includes(one.cancelAt)) abort.abort();
    if (one.steer && !isSteered && output.includes(one.steer.at)) {
      isSteered = true;
      await conversation.steer([{ type: "text", text: one.steer.words }]);
    }
  }
}

/** Returns the records with relative times and without this machine's paths. */
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
