const { spawn } = require("node:child_process");
const { parseObject, readLines, writeLine } = require("./lines.cjs");
const { createTranslator } = require("./translate.cjs");

const killAfterMs = 2_000;
/**
 * Time without messages after which the output of an exited program counts as complete. Child processes may keep the output open after the
 * program has exited.
 */
const readAfterExitMs = 1_000;
const maxLastWordsChars = 2_000;

/**
 * Runs the program once. The program exits by itself when its input has ended and the turn is complete. Resolves to the response to the
 * prompt. Throws an error with a message if the turn failed. Calls `onThread` with the thread's ID, and `onUpdate` with each update. Awaits
 * `onUpdate`, so that the program waits for the reader.
 */
async function runTurn(parameters, { session, text, signal, onThread, onUpdate }) {
  const [program, ...args] = commandOf(parameters, session);
  // Starts a new process group, so that the program's child processes are killed with it.
  const child = spawn(program, args, { cwd: session.cwd, detached: true, stdio: "pipe" });
  const reading = { messages: 0, isReporting: false };
  const exited = new Promise((resolve) => {
    child.once("error", (error) => resolve({ problem: error.message }));
    child.once("exit", (code, by) => {
      resolve({ code, by });
      closeWhenIdle(child.stdout, reading);
    });
  });
  const lastWords = keepLastWords(child.stderr);
  const stop = stopper(child);
  signal.addEventListener("abort", stop.begin, { once: true });
  if (signal.aborted) stop.begin();
  const translator = createTranslator(parameters);
  let failure = null;
  try {
    // The program may exit before it has read its input. Its other streams explain the reason.
    child.stdin.on("error", () => {});
    void writeLine(child.stdin, userMessage(text));
    child.stdin.end();
    for await (const line of readLines(child.stdout)) {
      const message = parseObject(line);
      if (message === undefined) continue;
      if (typeof message.session_id === "string" && message.session_id !== session.threadId)
        onThread(message.session_id);
      reading.messages += 1;
      reading.isReporting = true;
      for (const update of translator.translate(message)) await onUpdate(update);
      reading.isReporting = false;
    }
  } catch (error) {
    if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") {
      failure = error.message;
      stop.begin();
    }
  }
  const end = await exited;
  stop.done();
  signal.removeEventListener("abort", stop.begin);
  if (signal.aborted) return { stopReason: "cancelled" };
  const problem = end.problem ?? failure ?? translator.failure();
  if (problem !== null) throw new Error(problem);
  const stopReason = translator.stopReason();
  if (stopReason === null) throw new Error(describeEnd(parameters, end, lastWords()));
  const usage = translator.usage();
  return { stopReason, ...(usage !== null && { usage }) };
}

function closeWhenIdle(stdout, reading, seen = reading.messages) {
  setTimeout(() => {
    if (reading.isReporting || reading.messages !== seen) closeWhenIdle(stdout, reading);
    else stdout.destroy();
  }, readAfterExitMs).unref();
}

function commandOf({ command, begin, goOn, threadWord, mcpFlag }, { threadId, mcpServers }) {
  const args = threadId === null ? begin : goOn.map((word) => (word === threadWord ? threadId : word));
  const servers = Object.fromEntries(mcpServers.map((server) => [server.name, mcpServer(server)]));
  return [...command, ...args, ...(mcpServers.length > 0 ? [mcpFlag, JSON.stringify(servers)] : [])];
}

function mcpServer({ command, args, env, url, headers }) {
  if (url !== undefined) return { url, headers: valuesOf(headers) };
  return { command, args, env: valuesOf(env) };
}

const valuesOf = (pairs = []) => Object.fromEntries(pairs.map(({ name, value }) => [name, value]));

const userMessage = (text) => ({
  type: "user",
  message: { role: "user", content: [{ type: "text", text }] },
});

/** Returns functions that stop the program. `begin` sends its process group SIGTERM, and SIGKILL after a grace period. `done` cancels the SIGKILL. */
function stopper(child) {
  let timer;
  const kill = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  };
  return {
    begin() {
      // The program could not be started, or is already being stopped.
      if (child.pid === undefined || timer !== undefined) return;
      kill("SIGTERM");
      timer = setTimeout(() => kill("SIGKILL"), killAfterMs);
    },
    done: () => clearTimeout(timer),
  };
}

function keepLastWords(stream) {
  let words = "";
  stream.setEncoding("utf8").on("data", (text) => {
    words = (words + text).slice(-maxLastWordsChars);
  });
  return () => words.replaceAll(/\s+/g, " ").trim();
}

function describeEnd({ displayName }, { code, by }, words) {
  const output = words === "" ? "It printed no output" : `Its output: ${words}`;
  return `${displayName} exited with ${code ?? by} before the turn was complete. ${output}`;
}

module.exports = { runTurn };
