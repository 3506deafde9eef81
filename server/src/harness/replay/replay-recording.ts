import type { WireRecord } from "@tembo/contract";
import { AppError, type Logger } from "../../core/base/index.ts";
import type { HarnessStart, HarnessUpdate, PromptBlock } from "../../core/turns/index.ts";
import { startConversation } from "../acp/start-conversation.ts";
import { defaultPace } from "../acp/updates/flood-gate.ts";
import type { LaunchSpec } from "../launch-spec.ts";
import { launchSpecs } from "../plug-ins.ts";
import { RecordedHarness } from "./recorded-harness.ts";
import type { TapeEntry } from "./tape.ts";

export { collapseUpdates } from "./collapse-updates.ts";

/**
 * Yields the updates that the current driver produces from a recording. `records` contains a single recording: its `begin` record and the
 * records that follow. Starts no process. Throws the driver's error if the harness failed in the recording, or `invalid_input` if the records
 * are not a recording.
 */
export async function* replayRecording(
  records: readonly WireRecord[],
  specs: readonly LaunchSpec[] = launchSpecs,
): AsyncGenerator<HarnessUpdate> {
  const begin = records[0];
  if (begin?.type !== "begin") {
    throw new AppError(
      "invalid_input",
      'This is not a recording, because it does not start with a "begin" record.',
    );
  }
  const spec = specs.find(({ name }) => name === begin.harness) ?? plainSpec(begin.harness);
  const harness = new RecordedHarness(records, spec.lateUpdatesMs);
  const pace = { ...defaultPace, now: () => harness.now };
  const input: HarnessStart = {
    harness: begin.harness,
    modelFamily: spec.modelFamily,
    model: begin.model,
    mode: begin.mode,
    reasoningLevel: null,
    speed: "normal",
    instructions: null,
    sandbox: harness.sandbox(begin.cwd),
    cwd: begin.cwd,
    conversationId: begin.conversationId,
    env: {},
    mcpServers: [],
    // If a caller decided about permissions, the harness was started in another mode.
    decidePermission: harness.hasAsked ? harness.decide : null,
    onProtocolLine: null,
  };
  const driver = { spec, installDir: "/nowhere", nodeBinary: "node", log: silent, pace };
  // Keeps the process alive. The driver's timers do not, and in a replay there is no harness process.
  const alive = setInterval(() => {}, 60_000);
  try {
    const conversation = await startConversation(driver, input, new AbortController().signal);
    try {
      for (const prompt of harness.prompts)
        yield* conversation.prompt(blocksOf(prompt), harness.nextCancel());
    } finally {
      await conversation.close();
    }
  } finally {
    clearInterval(alive);
  }
}

const silent: Logger = { info: () => {}, warn: () => {}, error: () => {} };

/** Returns a spec without special behavior, for a harness that this version does not have. */
function plainSpec(name: string): LaunchSpec {
  return {
    ...launchSpecs[0]!,
    name,
    displayName: name,
    modes: { build: [], ask: [], plan: [] },
    choices: {},
    sessionMeta: () => ({}),
    env: () => ({}),
    modelOption: (model) => model,
    modelErrorIn: () => null,
  };
}

function blocksOf({ message }: TapeEntry): PromptBlock[] {
  const prompt = (message.params as { readonly prompt?: unknown } | undefined)?.prompt;
  return Array.isArray(prompt) ? prompt.flatMap((block) => blockOf(block) ?? []) : [];
}

function blockOf(block: Readonly<Record<string, unknown>>): PromptBlock | null {
  if (block.type === "text") return { type: "text", text: String(block.text) };
  if (block.type === "image") {
    return { type: "image", mediaType: String(block.mimeType), base64: String(block.data) };
  }
  return block.type === "resource_link"
    ? { type: "resourceLink", path: String(block.uri), name: String(block.name) }
    : null;
}
