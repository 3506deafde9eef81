const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { homedir } = require("node:os");
const { join } = require("node:path");

/** Folder in HOME that stores the thread ID of each session. A session ID exists before the thread ID. */
const folder = join(homedir(), ".tembo-threads");
const isName = (text) => /^[A-Za-z0-9-]{1,100}$/.test(text);

function remember(sessionId, threadId) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, sessionId), threadId);
}

/** Returns the thread ID, or null if the session is unknown. */
function recall(sessionId) {
  if (!isName(sessionId)) return null;
  try {
    return readFileSync(join(folder, sessionId), "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

module.exports = { remember, recall };
