"use strict";
/**
 * The first program of a sandbox, run by the Node inside it. A sandbox has no network: this listens on its loopback and
 * forwards to the model gateway's socket, starts the command, and ends with it (the sandbox's processes die with this one).
 * Descriptor 3 brings the command as JSON, so that no secret is in an argument list, and takes two lines back:
 * "started", and at the end {"code","signal"}. Plain CommonJS: it starts about 10 ms sooner than a module.
 */
const { spawn } = require("node:child_process");
const { closeSync, existsSync, readdirSync, readFileSync, writeSync } = require("node:fs");
const { createConnection, createServer } = require("node:net");

closeForeignDescriptors();
const { argv, cwd, env, modelPort, modelSocketPath } = JSON.parse(readFileSync(3, "utf8"));

createServer({ allowHalfOpen: true, noDelay: true }, forward).listen(modelPort, "127.0.0.1", start);

/** What whoever started the server left open reaches down to here; what Node opened itself is close-on-exec (02000000). */
function closeForeignDescriptors() {
  for (const name of readdirSync("/proc/self/fd")) {
    if (Number(name) <= 3) continue;
    const info = readIfOpen(`/proc/self/fdinfo/${name}`);
    const flags = /^flags:\s*([0-7]+)$/m.exec(info);
    if (flags !== null && (Number.parseInt(flags[1], 8) & 0o2000000) === 0) closeSync(Number(name));
  }
}

function readIfOpen(path) {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    // The descriptor that listed the folder is among those listed.
    if (error.code === "ENOENT") return "";
    throw error;
  }
}

function forward(client) {
  const model = createConnection({ path: modelSocketPath, allowHalfOpen: true });
  client.pipe(model).pipe(client);
  // An error is followed by close: what is left to do is to let go of the other side.
  for (const [side, other] of [
    [client, model],
    [model, client],
  ]) {
    side.on("error", () => other.destroy());
    side.on("close", () => other.destroy());
  }
}

function start() {
  writeSync(3, "started\n");
  const command = spawn(argv[0], argv.slice(1), { cwd, env, stdio: "inherit" });
  command.on("error", (error) => {
    const what = existsSync(cwd) ? argv[0] : `in ${cwd}`;
    writeSync(
      2,
      `The sandbox cannot run ${what}: ${error.code === "ENOENT" ? "not found" : error.message}\n`,
    );
    end(error.code === "ENOENT" ? 127 : 126, null);
  });
  command.on("exit", end);
}

function end(code, signal) {
  writeSync(3, `${JSON.stringify({ code, signal })}\n`);
  process.exit(code ?? 1);
}
