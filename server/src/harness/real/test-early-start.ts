import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Conversation, Harnesses, HarnessStart, Sandbox } from "../../core/turns/index.ts";
import { collect, idle, textPrompt } from "../harness-contract.ts";
import type { LaunchSpec } from "../launch-spec.ts";

export interface EarlyStart {
  readonly sandbox: Sandbox;
  start(conversationId: string | null, given: Partial<HarnessStart>): Promise<Conversation & AsyncDisposable>;
  /** Returns the model requests so far, as text. */
  requests(): string;
}

/** Tests that a harness may start in an empty sandbox, which receives the session's files afterward (ADR 57). */
export function testEarlyStart(
  spec: LaunchSpec,
  harnesses: Pick<Harnesses, "launch">,
  prepare: () => Promise<EarlyStart>,
): void {
  const { readsRuleFiles, skillFolders } = spec.capabilities;
  test(`${spec.name}: follows files that its workspace and HOME receive after its start`, {
    timeout: 120_000,
  }, async () => {
    const { sandbox, start, requests } = await prepare();
    const settings = { harness: spec.name, modelFamily: spec.modelFamily, model: spec.defaultModel };
    const instructions = "Always write in verse.";
    const launch = { ...settings, sandbox, mode: "build", env: {}, asks: false, instructions } as const;
    const launched = await harnesses.launch(launch, idle());
    const cwd = join(sandbox.workspacePath, "app");
    mkdirSync(cwd);
    writeFileSync(join(cwd, readsRuleFiles[0]!), "Prefer tabs to spaces.");
    writeSkill(join(cwd, skillFolders!.workspace[0]!), "checked-out");
    writeSkill(join(sandbox.homePath, skillFolders!.home), "placed");
    await using conversation = await start(null, { launched, cwd, instructions });
    await collect(conversation.prompt(textPrompt("PLAY hello"), idle()));
    const expected = [instructions, "Prefer tabs", "topic of checked-out", "topic of placed", cwd];
    for (const text of expected) assert.ok(requests().includes(text), text);
    const updates = await collect(conversation.prompt(textPrompt("PLAY run pwd"), idle()));
    assert.ok(JSON.stringify(updates).includes(cwd), "the harness works in the session's folder");
  });
}

function writeSkill(folder: string, name: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  const text = `---\nname: ${name}\ndescription: Knows the topic of ${name}.\n---\nThe topic.\n`;
  writeFileSync(join(folder, name, "SKILL.md"), text);
}
