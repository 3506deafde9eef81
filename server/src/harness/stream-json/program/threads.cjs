const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { homedir } = require("node:os");
const { join } = require("node:path");

/** A session has its name before its thread has one, so that HOME remembers which belongs to which. */
const folder = join(homedir(), ".tembo-threads");
const isName = (text) => /^[A-Za-z0-9-]{1,100}$/.test(text);

function remember(sessionId, threadId) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, sessionId), threadId);
}

/** Null for a session that is not known here. */
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
