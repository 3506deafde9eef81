const { randomUUID } = require("node:crypto");
const { parseObject, readLines, writeLine } = require("./lines.cjs");
const { runTurn } = require("./run-turn.cjs");
const { recall, remember } = require("./threads.cjs");

/** JSON-RPC error codes, and ACP's code for an unknown session. */
const codes = {
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParams: -32602,
  internal: -32603,
  notFound: -32002,
};

/**
 * Agent side of ACP v1 (agentclientprotocol.com) for a program that uses stream JSON. Each session is a thread of the program, and each
 * prompt is a run. Implements the protocol without its SDK, because the sandbox contains only this folder.
 */
async function serveAgent(parameters, { stdin, stdout }) {
  const sessions = new Map();
  const working = new Set();
  const send = (message) => writeLine(stdout, { jsonrpc: "2.0", ...message });
  // The client has closed the pipe, so no message can be delivered.
  stdout.on("error", () => process.exit(0));
  for await (const line of readLines(stdin)) {
    const message = parseObject(line);
    if (message === undefined || typeof message.method !== "string") continue;
    const { id, method, params = {} } = message;
    if (method === "session/cancel") sessions.get(params.sessionId)?.stop?.abort();
    if (id === undefined) continue;
    // Not awaited, because the adapter must read a cancellation while a prompt is running.
    const answered = answer(method, params).then(
      (result) => send({ id, result }),
      (error) => send({ id, error: { code: codeOf(error), message: error.message } }),
    );
    working.add(answered);
    void answered.then(() => working.delete(answered));
  }
  for (const { stop } of sessions.values()) stop?.abort();
  await Promise.all(working);
  process.exit(0);

  async function answer(method, params) {
    switch (method) {
      case "initialize":
        return {
          protocolVersion: 1,
          agentInfo: { name: parameters.displayName, version: "1" },
          agentCapabilities: {
            loadSession: false,
            promptCapabilities: {},
            mcpCapabilities: { http: true },
            sessionCapabilities: { resume: {} },
          },
        };
      case "session/new": {
        const sessionId = randomUUID();
        sessions.set(sessionId, { ...sessionOptions(params), threadId: null, stop: null });
        return { sessionId };
      }
      case "session/resume": {
        const threadId = recall(params.sessionId);
        if (threadId === null) throw fault(codes.notFound, "The session was not found.");
        sessions.set(params.sessionId, { ...sessionOptions(params), threadId, stop: null });
        return {};
      }
      case "session/prompt":
        return prompt(params);
      default:
        throw fault(codes.unknownMethod, `Unknown method ${method}.`);
    }
  }

  async function prompt({ sessionId, prompt: blocks }) {
    const session = sessions.get(sessionId);
    if (session === undefined) throw fault(codes.notFound, "The session was not found.");
    if (session.stop !== null)
      throw fault(codes.invalidRequest, "The session is already processing a prompt.");
    session.stop = new AbortController();
    try {
      return await runTurn(parameters, {
        session,
        text: blocks.map(textOf).join("\n"),
        signal: session.stop.signal,
        onThread(threadId) {
          session.threadId = threadId;
          remember(sessionId, threadId);
        },
        onUpdate: (update) => send({ method: "session/update", params: { sessionId, update } }),
      });
    } finally {
      session.stop = null;
    }
  }
}

function sessionOptions({ cwd, mcpServers = [] }) {
  if (typeof cwd !== "string") throw fault(codes.invalidParams, 'A session requires "cwd".');
  return { cwd, mcpServers };
}

function textOf(block) {
  if (block.type === "text") return block.text;
  if (block.type === "resource_link") return block.uri.replace(/^file:\/\//, "");
  throw fault(codes.invalidParams, `A prompt with ${block.type} cannot be taken.`);
}

/** Returns the error's code if it is a number. System errors also have codes, but those are strings. */
const codeOf = ({ code }) => (Number.isInteger(code) ? code : codes.internal);

const fault = (code, message) => Object.assign(new Error(message), { code });

module.exports = { serveAgent };
