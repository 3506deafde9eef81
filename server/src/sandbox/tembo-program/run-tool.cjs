const fs = require("node:fs");
const path = require("node:path");

const maxFileBytes = 5 * 1024 * 1024;

/**
 * Runs a tool. If one of the tool's properties contains a file path, reads that file first, because the server has no access to the
 * sandbox's files.
 */
function runTool(tool, input, askServer) {
  return askServer(`/tools/${tool.name}`, tool.file === null ? input : withFile(tool.file, input));
}

function withFile(property, input) {
  const named = input[property];
  if (typeof named !== "string") return input;
  const { size } = fs.statSync(named);
  if (size > maxFileBytes)
    throw new Error(`${named} has ${size} bytes, but a file can have at most ${maxFileBytes}.`);
  return {
    ...input,
    [property]: path.basename(named),
    contentBase64: fs.readFileSync(named).toString("base64"),
  };
}

module.exports = { runTool };
