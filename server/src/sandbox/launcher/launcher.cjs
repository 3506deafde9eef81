"use strict";
/**
 * Node version of launcher.pl, for machines without Perl. Read launcher.pl first. This file is plain CommonJS, because that starts about 10 ms
 * faster than an ES module.
 */
const { spawn } = require("node:child_process");
const { closeSync, existsSync, readdirSync, readFileSync, writeSync } = require("node:fs");
const { createConnection, createServer } = require("node:net");
const { constants } = require("node:os");

closeForeignDescriptors();
const { forwards, cwd, argv, env } = readInstructions();
let waiting = forwards.length;
for (const { port, path } of forwards) {
  createServer({ allowHalfOpen: true, noDelay: true }, (client) => forward(client, path)).listen(
    port,
    "127.0.0.1",
    () => {
      waiting -= 1;
      if (waiting === 0) start();
    },
  );
}

function readInstructions() {
  const words = readFileSync(3, "utf8").split("\0");
  const forwards = Array.from({ length: Number(words.shift()) }, () => {
    const [port, path] = words.splice(0, 2);
    return { port: Number(port), path };
  });
  const [cwd, count] = words.splice(0, 2);
  const argv = words.splice(0, Number(count));
  words.pop();
  const env = Object.fromEntries(
    words.map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]),
  );
  return { forwards, cwd, argv, env };
}

/**
 * Closes files that were open in the process that started the server, because this process inherits their descriptors. Descriptors that
 * Node itself opened are close-on-exec (02000000).
 */
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
    // The list includes the descriptor with which the folder was read.
    if (error.code === "ENOENT") return "";
    throw error;
  }
}

function forward(client, path) {
  const socket = createConnection({ path, allowHalfOpen: true });
  client.pipe(socket).pipe(client);
  // Node destroys the side that fails, so these listeners destroy only the other side.
  for (const [side, other] of [
    [client, socket],
    [socket, client],
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
  writeSync(3, signal === null ? `exit ${code}\n` : `signal ${constants.signals[signal]}\n`);
  process.exit(code ?? 1);
}
