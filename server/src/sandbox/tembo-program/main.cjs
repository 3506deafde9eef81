/*
 * The `tembo` program of a sandbox. It offers the session's tools as commands and, with "tembo mcp", as a Model Context Protocol server. It
 * contains no tools itself. The server at TEMBO_TOOLS_URL lists them. It is plain CommonJS, because that starts fastest.
 */
const { runCommand } = require("./command.cjs");
const { askServer } = require("./ask-server.cjs");
const { serveMcp } = require("./mcp-server.cjs");

const words = process.argv.slice(2);
if (words.length === 1 && words[0] === "mcp") serveMcp(process.stdin, process.stdout, askServer);
else
  runCommand(words, askServer).then(
    ({ output, code }) => {
      (code === 0 ? process.stdout : process.stderr).write(output);
      process.exitCode = code;
    },
    (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
