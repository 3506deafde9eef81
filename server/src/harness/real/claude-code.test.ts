import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
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
import { claudeCode } from "../specs/claude-code.ts";
import { type AnthropicServer, startAnthropicServer } from "../testing/anthropic-server.ts";
import { harnessStart } from "../testing/harness-start.ts";
import { localSandbox } from "../testing/local-sandbox.ts";
import { quietLog } from "../testing/quiet-log.ts";
import { testEarlyStart } from "./test-early-start.ts";

const harnesses = createHarnesses({
  // TEMBO_TEST_HARNESS_DIR is the `harnesses` folder of a data folder.
  dataDir: dirname(process.env.TEMBO_TEST_HARNESS_DIR ?? "/nowhere/harnesses"),
  nodeBinary: process.execPath,
  log: quietLog(),
});
const isInstalled = harnesses.list().some((info) => info.name === claudeCode.name && info.isInstalled);

if (!isInstalled) {
  const skip = `Claude Code is not installed: set TEMBO_TEST_HARNESS_DIR to a folder "harnesses" that holds ${claudeCode.name}@${claudeCode.version}`;
  test("the real Claude Code meets the harness contract", { skip }, () => {});
} else {
  const servers: AnthropicServer[] = [];
  test.after(() => Promise.all(servers.map((server) => server.close())));

  const prepare = async (model = claudeCode.defaultModel) => {
    const server = await startAnthropicServer();
    servers.push(server);
    const sandbox = localSandbox({ modelUrl: server.url });
    const start = async (conversationId: string | null, given: Partial<HarnessStart> = {}) =>
      disposable(
        await harnesses.start(
          harnessStart(sandbox, { harness: claudeCode.name, model, conversationId, ...given }),
          idle(),
        ),
      );
    return { server, sandbox, start };
  };

  testHarnessContract("claudeCode", async () => {
    const { sandbox, start } = await prepare();
    return {
      start,
      sandbox,
      canSteer: true,
      countsOutput: true,
      prompts: {
        hello: "PLAY hello",
        edit: `PLAY write ${sandbox.workspacePath}/notes.txt`,
        stream: "PLAY stream",
        runTool: (command) => `PLAY run ${command}`,
        modelError: "PLAY error 500",
        remember: "PLAY remember",
        askedEdit: `PLAY write ${sandbox.workspacePath}/notes.txt`,
      },
    };
  });

  testEarlyStart(claudeCode, harnesses, async () => {
    const { server, ...parts } = await prepare();
    return { ...parts, requests: () => JSON.stringify(server.requests) };
  });

  for (const [status, words] of [
    [401, /rejected the key/],
    [404, /issue with the selected model/],
    [429, /429/],
  ] as const) {
    test(`claudeCode: reports a model that always responds with ${status} as model_failed`, {
      timeout: 90_000,
    }, async () => {
      const { start } = await prepare();
      await using conversation = await start(null);
      await assert.rejects(
        collect(conversation.prompt(textPrompt(`PLAY error ${status}`), idle())),
        isError("model_failed", words),
      );
    });
  }

  test("claudeCode: retries after a brief 429", { timeout: 60_000 }, async () => {
    const { start, server } = await prepare();
    await using conversation = await start(null);
    const updates = await collect(conversation.prompt(textPrompt("PLAY flaky429 once"), idle()));
    assert.match(joinText(updates), /hello/);
    assert.ok(server.requests.some((request) => request.status === 429));
  });

  for (const model of [claudeCode.defaultModel, "claude-sonnet-4-5", "my-own/model:x"]) {
    test(`claudeCode: requests only the model ${model}`, { timeout: 60_000 }, async () => {
      const { start, server } = await prepare(model);
      await using conversation = await start(null);
      await collect(conversation.prompt(textPrompt("PLAY hello"), idle()));
      assert.deepEqual([...new Set(server.requests.map((request) => request.model))], [model]);
    });
  }

  test("claudeCode: repository settings cannot redirect it away from the model gateway", {
    timeout: 60_000,
  }, async () => {
    const elsewhere = await startAnthropicServer();
    servers.push(elsewhere);
    const { start, server, sandbox } = await prepare();
    mkdirSync(join(sandbox.workspacePath, ".claude"));
    const settings = {
      env: { ANTHROPIC_BASE_URL: elsewhere.url, ANTHROPIC_MODEL: "another" },
      model: "another",
      apiKeyHelper: "echo another",
      permissions: { defaultMode: "plan", disableBypassPermissionsMode: "disable" },
    };
    writeFileSync(join(sandbox.workspacePath, ".claude/settings.json"), JSON.stringify(settings));
    await using conversation = await start(null);
    const prompt = textPrompt(`PLAY write ${sandbox.workspacePath}/notes.txt`);
    const updates = await collect(conversation.prompt(prompt, idle()));
    assert.equal(updates.findLast((update) => update.type === "toolCall")?.status, "completed");
    assert.equal(elsewhere.requests.length, 0);
    assert.deepEqual(
      [...new Set(server.requests.map((request) => request.model))],
      [claudeCode.defaultModel],
    );
  });
}
