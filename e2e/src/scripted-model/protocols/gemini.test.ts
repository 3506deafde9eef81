import assert from "node:assert/strict";
import { test } from "node:test";
import {
  geminiTools,
  joined,
  post,
  readEvents,
  readJson,
  serverFor,
  wholePlay,
} from "../wire.test-support.ts";

test("Gemini: streams thoughts, text and a function call, and ends with a finish reason", async (context) => {
  const model = await serverFor(context);
  const contents = [
    {
      role: "user",
      parts: [{ text: "My operating system is: linux\n- **Workspace Directories:**\n  - /w/repo\n- **Tree" }],
    },
    { role: "user", parts: [{ text: wholePlay }] },
  ];
  const url = `${model.url}/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse`;
  const events = await readEvents(await post(url, { contents, tools: geminiTools }));
  const parts = events.flatMap(({ candidates }) => candidates[0].content.parts);
  const thoughts = parts.filter(({ thought }) => thought);
  assert.equal(joined(thoughts.map((part) => part.text)), "Let me think about it.");
  assert.equal(
    joined(parts.filter(({ thought }) => !thought).map((part) => part.text)),
    "I write a file now.",
  );
  const { functionCall } = parts.find((part) => part.functionCall);
  assert.deepEqual(functionCall, {
    name: "write_file",
    args: { file_path: "/w/repo/a.txt", content: "A\nB" },
  });
  const finished = events.filter(({ candidates }) => candidates[0].finishReason);
  assert.deepEqual(finished, [events.at(-1)]);
  assert.equal(model.requests[0]!.model, "gemini-2.5-pro");
});

test("Gemini: returns an unstreamed response, follows a JSON schema in background requests, and counts tokens", async (context) => {
  const model = await serverFor(context);
  const url = `${model.url}/v1beta/models/gemini-2.5-flash`;
  const contents = [{ role: "user", parts: [{ text: "SCRIPT(bash('ls'), say('end'))" }] }];
  const answered = { role: "user", parts: [{ functionResponse: { name: "x", response: { output: "a" } } }] };
  const ask = async (method: string, extra: object) =>
    await readJson(await post(`${url}:${method}`, { contents, ...extra }));
  const whole = await ask("generateContent", { tools: geminiTools, contents: [...contents, answered] });
  assert.deepEqual(whole.candidates[0].content.parts, [{ text: "end" }]);
  const responseJsonSchema = {
    type: "object",
    properties: {
      next: { enum: ["user", "model"] },
      score: { type: "integer", minimum: 5 },
      tags: { type: "array" },
    },
  };
  const background = await ask("generateContent", { generationConfig: { responseJsonSchema } });
  const answer = JSON.parse(background.candidates[0].content.parts[0].text);
  assert.deepEqual(answer, { next: "user", score: 5, tags: [] });
  assert.ok((await ask("countTokens", {})).totalTokens > 0);
});
