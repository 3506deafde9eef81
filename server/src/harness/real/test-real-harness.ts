import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import type { ModelFamily } from "../../core/access/index.ts";
import type { HarnessStart } from "../../core/turns/index.ts";
import {
  collect,
  disposable,
  idle,
  isError,
  joinText,
  testHarnessContract,
  textPrompt,
} from "../harness-contract.ts";
import { createHarnesses } from "../harnesses.ts";
import type { LaunchSpec } from "../launch-spec.ts";
import { harnessStart } from "../testing/harness-start.ts";
import { localSandbox } from "../testing/local-sandbox.ts";
import type { PlayTools } from "../testing/played-model/play.ts";
import { type PlayedModel, startPlayedModel } from "../testing/played-model/start-played-model.ts";
import { quietLog } from "../testing/quiet-log.ts";
import { testEarlyStart } from "./test-early-start.ts";

export interface RealHarness {
  readonly spec: LaunchSpec;
  readonly tools: PlayTools;
  readonly countsOutput: boolean;
  /** Statuses with which the model fails permanently, each with a pattern for the resulting error message. */
  readonly refusals: readonly (readonly [status: number, words: RegExp])[];
  /** Models from the other families whose protocols the harness supports. */
  readonly otherModels?: readonly OtherModel[];
}

interface OtherModel {
  readonly family: ModelFamily;
  readonly model: string;
  /** Matches the path of every request. */
  readonly path: RegExp;
  readonly tools: PlayTools;
}

/**
 * Tests the harness contract with the real packages, and further behavior that is required of every harness. If the packages are not installed,
 * registers only a skipped test.
 */
export function testRealHarness(harness: RealHarness): void {
  const { spec, tools, countsOutput, refusals, otherModels = [] } = harness;
  const harnesses = createHarnesses({
    // TEMBO_TEST_HARNESS_DIR is the `harnesses` folder of a data folder.
    dataDir: dirname(process.env.TEMBO_TEST_HARNESS_DIR ?? "/nowhere/harnesses"),
    nodeBinary: process.execPath,
    log: quietLog(),
  });
  if (!harnesses.list().some((info) => info.name === spec.name && info.isInstalled)) {
    const skip = `${spec.displayName} is not installed: set TEMBO_TEST_HARNESS_DIR to a folder "harnesses" that holds ${spec.name}@${spec.version}`;
    test(`the real ${spec.displayName} meets the harness contract`, { skip }, () => {});
    return;
  }
  const models: PlayedModel[] = [];
  test.after(() => Promise.all(models.map((model) => model.close())));

  const prepare = async (offered = tools) => {
    const model = await startPlayedModel(offered);
    models.push(model);
    const sandbox = localSandbox({ modelUrl: model.url });
    const start = async (conversationId: string | null, given: Partial<HarnessStart> = {}) =>
      disposable(
        await harnesses.start(
          harnessStart(sandbox, {
            harness: spec.name,
            modelFamily: spec.modelFamily,
            model: spec.defaultModel,
            conversationId,
            ...given,
          }),
          idle(),
        ),
      );
    return { model, sandbox, start };
  };

  testHarnessContract(spec.name, async () => {
    const { sandbox, start } = await prepare();
    return {
      start,
      sandbox,
      canSteer: spec.capabilities.canSteer,
      countsOutput,
      prompts: {
        hello: "PLAY hello",
        edit: `PLAY write ${sandbox.workspacePath}/notes.txt`,
        stream: "PLAY stream",
        runTool: (command) => `PLAY run ${command}`,
        modelError: "PLAY error 500",
        remember: "PLAY remember",
        askedEdit: spec.capabilities.asksPermission ? `PLAY write ${sandbox.workspacePath}/notes.txt` : null,
      },
    };
  });

  for (const [status, words] of refusals) {
    test(`${spec.name}: reports a model that always answers ${status} as model_failed`, {
      timeout: 120_000,
    }, async () => {
      const { start } = await prepare();
      await using conversation = await start(null);
      const prompt = conversation.prompt(textPrompt(`PLAY error ${status}`), idle());
      await assert.rejects(collect(prompt), isError("model_failed", words));
    });
  }

  for (const name of [spec.defaultModel, "my-own-model"]) {
    test(`${spec.name}: requests exactly the model ${name}, without a notice`, {
      timeout: 120_000,
    }, async () => {
      const { start, model } = await prepare();
      await using conversation = await start(null, { model: name });
      const updates = await collect(conversation.prompt(textPrompt("PLAY hello"), idle()));
      assert.match(joinText(updates), /hello/);
      const work = model.requests.filter(({ parsed }) => parsed.tools.includes(tools.run("").name));
      assert.deepEqual([...new Set(work.map(({ parsed }) => parsed.model))], [name]);
      assert.deepEqual(
        updates.filter(({ type }) => type === "notice"),
        [],
      );
    });
  }

  test(`${spec.name}: passes the organization's instructions to the model`, {
    timeout: 120_000,
  }, async () => {
    const { start, model } = await prepare();
    await using conversation = await start(null, { instructions: "Always write in verse." });
    await collect(conversation.prompt(textPrompt("PLAY hello"), idle()));
    assert.equal(spec.capabilities.takesInstructions, true);
    assert.ok(model.requests.some(({ body }) => body.includes("Always write in verse.")));
  });

  if (spec.startsEarly === true)
    testEarlyStart(spec, harnesses, async () => {
      const { model, ...parts } = await prepare();
      return { ...parts, requests: () => JSON.stringify(model.requests.map(({ body }) => body)) };
    });

  test(`${spec.name}: is tested with a model of every supported family`, () => {
    assert.deepEqual(
      otherModels.map(({ family }) => family),
      spec.otherFamilies ?? [],
    );
  });

  const refused = refusals.find(([status]) => status === 401)?.[1];
  for (const { family, model: name, path, tools: own } of otherModels) {
    const open = async () => {
      const { start, model, sandbox } = await prepare(own);
      return { start: () => start(null, { model: name, modelFamily: family }), model, sandbox };
    };

    test(`${spec.name}: works with ${name} over the protocol of its family`, {
      timeout: 120_000,
    }, async () => {
      const { start, model, sandbox } = await open();
      await using conversation = await start();
      const write = textPrompt(`PLAY write ${sandbox.workspacePath}/notes.txt`);
      const updates = await collect(conversation.prompt(write, idle()));
      const call = updates.findLast((update) => update.type === "toolCall");
      assert.deepEqual([call?.kind, call?.status], ["edit", "completed"]);
      assert.match(readFileSync(`${sandbox.workspacePath}/notes.txt`, "utf8"), /^b/);
      const remembered = await collect(conversation.prompt(textPrompt("PLAY remember"), idle()));
      assert.match(joinText(remembered), /remembers 1/);
      const others = model.requests.filter((request) => !path.test(request.path));
      assert.deepEqual(
        others.map((request) => request.path),
        [],
      );
      assert.deepEqual([...new Set(model.requests.map(({ parsed }) => parsed.model))], [name]);
      const notices = [...updates, ...remembered].filter(({ type }) => type === "notice");
      assert.deepEqual(notices, []);
    });

    test(`${spec.name}: reports a key that ${name} rejects as model_failed`, {
      timeout: 120_000,
    }, async () => {
      const { start } = await open();
      await using conversation = await start();
      const prompt = conversation.prompt(textPrompt("PLAY error 401"), idle());
      await assert.rejects(collect(prompt), isError("model_failed", refused));
    });
  }
}
