/*
 * The `tembo` program of a sandbox. It offers the session's tools as commands and, with "tembo mcp", as a Model Context Protocol server. It
 * contains no tools itself. The server at TEMBO_TOOLS_URL lists them. The server runs "tembo take-screenshot JSON" for the tool `screenshot`.
 * It is plain CommonJS, because that starts fastest.
 */
const { runCommand } = require("./command.cjs");
const { askServer } = require("./ask-server.cjs");
const { serveMcp } = require("./mcp-server.cjs");
const { takeScreenshot } = require("./take-screenshot.cjs");

const words = process.argv.slice(2);
if (words.length === 1 && words[0] === "mcp") serveMcp(process.stdin, process.stdout, askServer);
else if (words.length === 2 && words[0] === "take-screenshot")
  takeScreenshot(words[1], process.stdin, process.stdout).catch(fail);
else
  runCommand(words, askServer).then(({ output, code }) => {
    (code === 0 ? process.stdout : process.stderr).write(output);
    process.exitCode = code;
  }, fail);

function fail(error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
