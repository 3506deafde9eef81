const { spawn } = require("node:child_process");
const { randomUUID } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { homedir } = require("node:os");
const { join } = require("node:path");
const { text } = require("node:stream/consumers");

/**
 * Fake of a program that uses stream JSON, as documented at ampcode.com/manual/appendix. It rejects unknown flags and threads, reads user
 * messages until its input ends, writes each step as a line and stores threads in HOME. It executes a message's text line by line. The command
 * `ask` sends the key to a URL.
 */
const memory = join(homedir(), "fake-program-threads");
const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

main().catch((error) => {
  process.stderr.write(`Error: ${error.message}\n`);
  process.exitCode = 1;
});

async function main() {
  const { threadId, mode, servers } = readArguments(process.argv.slice(2));
  const path = join(memory, threadId);
  const earlier = existsSync(path) ? Number(readFileSync(path, "utf8")) : 0;
  const session = { session_id: threadId, parent_tool_use_id: null };
  const assistant = (content, more = {}) =>
    send({
      type: "assistant",
      message: {
        type: "message",
        role: "assistant",
        content,
        stop_reason: content.some(({ type }) => type === "tool_use") ? "tool_use" : "end_turn",
        usage: {
          input_tokens: 10,
          cache_creation_input_tokens: 5,
          cache_read_input_tokens: 7,
          output_tokens: 3,
        },
        ...more,
      },
      ...session,
    });
  const result = (id, content, isError) =>
    send({
      type: "user",
      message: {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: id, content, is_error: isError }],
      },
      ...session,
    });
  send({
    type: "system",
    subtype: "init",
    cwd: process.cwd(),
    tools: ["Bash", "edit_file"],
    mcp_servers: Object.keys(servers),
    session_id: threadId,
  });
  mkdirSync(memory, { recursive: true });
  const [message] = (await text(process.stdin))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  writeFileSync(path, String(earlier + 1));
  send({ ...message, ...session });
  const words = message.message.content.map((block) => block.text).join("\n");
  const stage = { assistant, result, earlier, mode, servers, session };
  for (const line of words.split("\n")) if ((await play(line.trim(), stage)) === "ended") return;
  send({
    type: "result",
    subtype: "success",
    duration_ms: 1,
    is_error: false,
    num_turns: 1,
    result: "done",
    session_id: threadId,
  });
}

async function play(line, { assistant, result, earlier, mode, servers, session }) {
  const [word, ...others] = line.split(" ");
  const rest = others.join(" ");
  const speak = (text, more) => assistant([{ type: "text", text }], more);
  switch (word) {
    case "say":
      return speak(rest);
    case "think":
      return assistant([
        { type: "thinking", thinking: rest },
        { type: "redacted_thinking", data: "x" },
      ]);
    case "remember":
      return speak(`remembers ${earlier}`);
    case "mode":
      return speak(`mode ${mode}`);
    case "servers":
      return speak(JSON.stringify(servers));
    case "edit": {
      const path = join(process.cwd(), "notes.txt");
      const input = { path, old_str: "old", new_str: "new" };
      assistant([{ type: "tool_use", id: "TU-1", name: "edit_file", input }]);
      writeFileSync(path, "new\n");
      return result("TU-1", "edited", false);
    }
    case "fail-tool":
      assistant([{ type: "tool_use", id: "TU-2", name: "Bash", input: { cmd: rest } }]);
      return result("TU-2", [{ type: "text", text: "not found" }], true);
    case "subagent":
      send({
        type: "assistant",
        message: { role: "assistant", content: [{ type: "text", text: rest }] },
        ...session,
        parent_tool_use_id: "TU-3",
      });
      return;
    case "run": {
      assistant([{ type: "tool_use", id: "TU-4", name: "Bash", input: { cmd: rest } }]);
      const child = spawn("sh", ["-c", `exec ${rest}`], { detached: true, stdio: "ignore" });
      await new Promise((resolve) => child.once("exit", resolve));
      return result("TU-4", "", false);
    }
    case "forever":
      for (;;) {
        speak(rest, { stop_reason: null });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    case "stubborn":
      process.on("SIGTERM", () => speak("not yet", { stop_reason: null }));
      speak(rest, { stop_reason: null });
      return new Promise((resolve) => setTimeout(resolve, 60_000));
    case "env":
      return speak(`${rest}=${process.env[rest] ?? ""}`);
    case "ask": {
      const headers = { authorization: `Bearer ${process.env.AMP_API_KEY}` };
      const answer = fetch(rest, { method: "POST", headers });
      return speak(
        await answer.then(
          ({ status }) => `answered ${status}`,
          ({ message }) => message,
        ),
      );
    }
    case "noise":
      process.stdout.write("no JSON\n[]\n\n");
      return send({ type: "unheard-of", session_id: 7 });
    case "error":
      send({
        type: "result",
        subtype: "error_during_execution",
        duration_ms: 1,
        is_error: true,
        num_turns: 1,
        error: rest,
        ...session,
      });
      return "ended";
    case "system-error":
      send({ type: "system", subtype: "error_during_execution", error: rest, ...session });
      return "ended";
    case "max-turns":
      send({
        type: "result",
        subtype: "error_max_turns",
        duration_ms: 1,
        is_error: true,
        num_turns: 9,
        error: "enough",
        ...session,
      });
      return "ended";
    // Some versions end a turn without a result.
    case "without-result":
      speak(rest);
      return "ended";
    case "daemon":
      spawn("sh", ["-c", "for n in $(seq 600); do echo noise; sleep 0.1; done"], {
        detached: true,
        stdio: ["ignore", "inherit", "inherit"],
      }).unref();
      return speak(rest);
    case "long":
      process.stdout.write("x".repeat(17 * 1024 * 1024));
      return new Promise(() => setInterval(() => {}, 1_000));
    case "crash":
      process.stderr.write(`${rest}\n`);
      await new Promise((resolve) => process.stdout.write("", resolve));
      process.exit(7);
  }
}

function readArguments(given) {
  const words = [...given];
  let threadId = `T-${randomUUID()}`;
  if (words[0] === "threads") {
    const [, verb, id] = words.splice(0, 3);
    if (verb !== "continue") throw new Error(`unknown command ${verb}`);
    if (!existsSync(join(memory, id))) throw new Error(`Thread ${id} not found`);
    threadId = id;
  }
  const takeValue = (flag) => {
    const at = words.indexOf(flag);
    return at === -1 ? undefined : words.splice(at, 2)[1];
  };
  const mode = takeValue("--mode") ?? "smart";
  const servers = JSON.parse(takeValue("--mcp-config") ?? "{}");
  for (const flag of ["--execute", "--stream-json", "--stream-json-input"])
    if (!words.includes(flag)) throw new Error(`${flag} is missing`);
  const known = [
    "--execute",
    "--stream-json",
    "--stream-json-input",
    "--stream-json-thinking",
    "--dangerously-allow-all",
  ];
  const unknown = words.find((one) => !known.includes(one));
  if (unknown !== undefined) throw new Error(`unknown option ${unknown}`);
  return { threadId, mode, servers };
}
