import assert from "node:assert/strict";
import { test } from "node:test";
import { maxRecorded } from "./recorder.ts";
import { startScriptedModel, steps } from "./server.ts";
import {
  type AnthropicMessage,
  ask,
  assistant,
  claudeTools,
  result,
  serverFor,
  user,
} from "./wire.test-support.ts";

const over = "Nothing is left to do.";
const script = user('Please: SCRIPT(say("First. "), write("a.txt", "A"), bash("ls"), say("All done."))');

test("selects the reply by the number of tool results after the message with the script", async (context) => {
  const model = await serverFor(context);
  const old = [user("SCRIPT(bash('old'), bash('older'))"), ...result("x"), ...result("y")];
  const first = await ask(model, [...old, script]);
  assert.equal(first.text, "First. ");
  assert.deepEqual(first.call.input, { file_path: "/workspace/shop/a.txt", content: "A" });
  assert.equal(first.body.stop_reason, "tool_use");
  const second = await ask(model, [...old, script, ...result("written")]);
  assert.equal(second.call.input.command, "ls");
  const last = await ask(model, [...old, script, ...result("written"), ...result("a.txt")]);
  assert.deepEqual([last.text, last.call, last.body.stop_reason], ["All done.", undefined, "end_turn"]);
});

test("continues the script of an earlier message if the later message has none", async (context) => {
  const model = await serverFor(context);
  const interrupted = [script, ...result("written"), ...result("[Tool call interrupted]"), user("go on")];
  assert.equal((await ask(model, interrupted)).text, "All done.");
  const between = [
    script,
    ...result("written"),
    user("<system-reminder>SCRIPT(say('no'))</system-reminder>go on"),
  ];
  assert.equal((await ask(model, between)).call.input.command, "ls");
});

test("plays the script of a message that Claude Code appended to a command's result", async (context) => {
  const model = await serverFor(context);
  const reminder = (words: string) =>
    `Command was moved to the background.\n\n<system-reminder>\n${words}\n</system-reminder>\n\n<system-reminder>\nNothing else.\n</system-reminder>`;
  const message = (text: string) =>
    `The user sent a new message while you were working:\n${text}\n\nThis is how Claude Code surfaces messages the user sends mid-turn.`;
  const steered = [script, ...result(reminder(message("Rather:\n\nSCRIPT(bash('pwd'), say('Steered.'))")))];
  assert.equal((await ask(model, steered)).call.input.command, "pwd");
  assert.equal((await ask(model, [...steered, ...result("/")])).text, "Steered.");
  const others = [script, ...result(reminder("SCRIPT(say('no'))"))];
  assert.equal((await ask(model, others)).call.input.command, "ls", "ignores a script in another reminder");
  const within = [script, ...result(`${reminder(message("SCRIPT(say('no'))"))}\nMore output.`)];
  assert.equal(
    (await ask(model, within)).call.input.command,
    "ls",
    "ignores a script in a reminder within the output",
  );
});

test("returns a short text once the script is finished", async (context) => {
  const model = await serverFor(context);
  const finished = [script, ...result("1"), ...result("2"), assistant("All done."), user("go on")];
  assert.equal((await ask(model, finished)).text, over);
  assert.equal((await ask(model, [user("SCRIPT(bash('ls'))"), ...result("x")])).text, over);
  assert.equal((await ask(model, [user("hello")])).text, over);
  const halfSent = [script, ...result("1"), ...result("2"), assistant("All do"), user("go on")];
  assert.equal((await ask(model, halfSent)).text, "All done.");
});

test("plays the newest registered script that matches the text, and passes it the conversation's state", async (context) => {
  const model = await serverFor(context);
  model.script(/fix the .* bug/i, [steps.say("older")]);
  model.script("authentication bug", ({ cwd, toolResults, userText }) => [
    steps.bash(`ls ${cwd}`),
    steps.say(`${userText}: ${toolResults.join()}`),
  ]);
  const prompt = user("Fix the authentication bug");
  assert.equal((await ask(model, [prompt])).call.input.command, "ls /workspace/shop");
  const answer = await ask(model, [prompt, ...result("files"), user("go on")]);
  assert.equal(answer.text, "Fix the authentication bug: files");
  assert.equal((await ask(model, [user("Fix the other bug")])).text, "older");
});

test("plays the default script only if no message has a script", async (context) => {
  const model = await serverFor(context);
  model.setDefaultScript([steps.bash("pwd"), steps.say("default done")]);
  assert.equal((await ask(model, [user("hello")])).call.input.command, "pwd");
  assert.equal((await ask(model, [user("hello"), ...result("/"), user("more")])).text, "default done");
  assert.equal((await ask(model, [user("hello"), user("SCRIPT(say('own'))")])).text, "own");
  model.setDefaultScript(undefined);
  assert.equal((await ask(model, [user("hello")])).text, over);
});

test("responds to background requests with a title, without consuming a step", async (context) => {
  const model = await serverFor(context);
  const prompt = user('Fix it now SCRIPT(fail(500, 1), title("My title"), say("worked"))');
  const schema = { type: "object", properties: { title: { type: "string" }, isNew: { type: "boolean" } } };
  const title = await ask(model, [prompt], {
    tools: [],
    output_config: { format: { type: "json_schema", schema } },
  });
  assert.deepEqual(JSON.parse(title.text), { title: "My title", isNew: false });
  assert.equal(
    (await ask(model, [user("Fix the login now, please, and quickly")], { tools: [] })).text,
    "Fix the login now please and",
  );
  const aside = { role: "user", content: "[SUGGESTION MODE: Suggest]" } as const;
  assert.equal((await ask(model, [prompt, aside])).status, 200);
  assert.ok(model.requests.every(({ isBackground }) => isBackground));
  assert.equal(
    (await ask(model, [prompt])).status,
    500,
    "the first request with tools fails, but no background request does",
  );
  assert.equal((await ask(model, [prompt])).text, "worked");
});

test("fails the requested number of times in each conversation", async (context) => {
  const model = await serverFor(context);
  const messages = [user('SCRIPT(fail(429, 2), say("after"))')];
  const first = { metadata: { user_id: "session-1" } };
  const limited = await ask(model, messages, first);
  assert.deepEqual([limited.status, limited.body.error.type], [429, "rate_limit_error"]);
  assert.equal(limited.headers.get("retry-after"), "1");
  assert.equal((await ask(model, messages, { metadata: { user_id: "session-2" } })).status, 429);
  assert.equal((await ask(model, messages, first)).status, 429);
  assert.equal((await ask(model, messages, first)).text, "after");
  const always = [user("SCRIPT(fail)")];
  for (let time = 0; time < 4; time += 1) assert.equal((await ask(model, always)).status, 500);
});

test("rejects an invalid script and an impossible step with an error message", async (context) => {
  const model = await serverFor(context);
  const wrong = await ask(model, [user("SCRIPT(jump)")]);
  assert.equal(wrong.status, 400);
  assert.match(wrong.body.error.message, /Unknown step "jump"/);
  model.script("throws", () => {
    throw new Error("no such file");
  });
  const thrown = await ask(model, [user("this throws")]);
  assert.equal(thrown.status, 400);
  assert.match(thrown.body.error.message, /The registered script threw: Error: no such file/);
  const missing = await ask(model, [user("SCRIPT(tool('Jump'))")], { tools: claudeTools.slice(0, 1) });
  assert.equal(missing.status, 400);
  assert.match(missing.body.error.message, /does not offer the tool Jump\. It offers Bash/);
});

test("reports the same token usage for the same request", async (context) => {
  const model = await serverFor(context);
  const messages: AnthropicMessage[] = [script, ...result("written")];
  const [one, two] = [await ask(model, messages), await ask(model, messages)];
  assert.deepEqual(one.body.usage, two.body.usage);
  assert.equal(one.body.usage.cache_read_input_tokens, 1150);
});

test("records a limited number of requests, newest last, with shortened texts", async (context) => {
  const seen: string[] = [];
  const model = await startScriptedModel({ onRequest: ({ lastUserText }) => seen.push(lastUserText) });
  context.after(() => model.close());
  await ask(model, [user("x".repeat(1_000_000))]);
  assert.ok(model.requests[0]!.lastUserText.length < 5000);
  for (let count = 0; count < maxRecorded; count += 1) await ask(model, [user(`message ${count}`)]);
  assert.equal(model.requests.length, maxRecorded);
  assert.equal(model.requests[0]!.lastUserText, "message 0");
  assert.equal(model.requests.at(-1)!.lastUserText, `message ${maxRecorded - 1}`);
  assert.equal(seen.length, maxRecorded + 1);
});

test("holds the next matching request until it is released", async (context) => {
  const model = await serverFor(context);
  const hold = model.hold(({ replyIndex }) => replyIndex === 1);
  assert.equal((await ask(model, [script])).text, "First. ", "the first reply does not match the hold");
  const held = ask(model, [script, ...result("x")]);
  assert.equal((await hold.arrived).outcome, "pending");
  assert.equal(
    (await ask(model, [script, ...result("x")])).call.input.command,
    "ls",
    "the hold applies to one request only",
  );
  hold.release();
  assert.equal((await held).call.input.command, "ls");
});
