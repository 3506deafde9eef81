const { spawn } = require("node:child_process");
const { parseObject, readLines, writeLine } = require("./lines.cjs");
const { createTranslator } = require("./translate.cjs");

const killAfterMs = 2_000;
/** What it left running may hold its output open: without a message in this time nothing more of the program itself is in it. */
const readAfterExitMs = 1_000;
const maxLastWordsChars = 2_000;

/**
 * One run of the program, which ends by itself when its input has ended and the turn is done. Resolves with the answer of the prompt; throws a
 * sentence when the turn failed. `onThread` hears the thread's id, `tell` each update and is awaited, so that the program waits for who reads.
 */
async function runTurn(parameters, { session, text, signal, onThread, tell }) {
  const [program, ...args] = commandOf(parameters, session);
  // A group of its own, so that what it started is ended with it.
  const child = spawn(program, args, { cwd: session.cwd, detached: true, stdio: "pipe" });
  const reading = { messages: 0, isTelling: false };
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
    // It may end without having read all: what it says of that comes on its other streams.
    child.stdin.on("error", () => {});
    void writeLine(child.stdin, userMessage(text));
    child.stdin.end();
    for await (const line of readLines(child.stdout)) {
      const message = parseObject(line);
      if (message === undefined) continue;
      if (typeof message.session_id === "string" && message.session_id !== session.threadId)
        onThread(message.session_id);
      reading.messages += 1;
      reading.isTelling = true;
      for (const update of translator.hear(message)) await tell(update);
      reading.isTelling = false;
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
    if (reading.isTelling || reading.messages !== seen) closeWhenIdle(stdout, reading);
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

/** Asks the program to end, and after a while makes it. */
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
      // It could not be started.
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
  const said = words === "" ? "It said nothing" : `It said: ${words}`;
  return `${displayName} ended with ${code ?? by} before the turn was done. ${said}`;
}

module.exports = { runTurn };
