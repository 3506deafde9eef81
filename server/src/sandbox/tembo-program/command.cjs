const fs = require("node:fs");
const { runTool } = require("./run-tool.cjs");

const usageCode = 2;

/**
 * Runs the tool that a command line names, or lists the commands or the tool's flags for `--help`. Resolves to the output and the exit code,
 * which is 2 for an invalid command line. Rejects with an error whose message is for users.
 */
async function runCommand(words, askServer) {
  const isHelp = words.length === 0 || words.some((word) => word === "--help" || word === "-h");
  const { tools } = await askServer("/tools");
  const commands = tools.filter(({ command }) => command !== null);
  const plain = words.filter((word) => word !== "--help" && word !== "-h");
  const tool = commands.find(({ command }) => command.every((word, index) => plain[index] === word));
  if (tool === undefined) {
    const isKnown =
      isHelp && plain.every((word, index) => commands.some(({ command }) => command[index] === word));
    if (isKnown) return { output: overview(commands), code: 0 };
    return {
      output: `Unknown command "tembo ${plain.join(" ")}". "tembo --help" lists the commands.\n`,
      code: usageCode,
    };
  }
  if (isHelp && words.length > 0) return { output: helpOf(tool), code: 0 };
  let input;
  try {
    input = readInput(tool, words.slice(tool.command.length));
  } catch (error) {
    return {
      output: `${error.message}\nSee "tembo ${tool.command.join(" ")} --help".\n`,
      code: usageCode,
    };
  }
  const { result } = await runTool(tool, input, askServer);
  const { message, ...rest } = result;
  const lines = [message, Object.keys(rest).length > 0 ? JSON.stringify(rest, null, 2) : undefined];
  return { output: `${lines.filter((line) => line !== undefined).join("\n")}\n`, code: 0 };
}

/**
 * Parses flags such as `--base-branch x`, `--base-branch=x` and `--content-file path` (`-` is standard input), and words without a flag.
 */
function readInput(tool, words) {
  const properties = tool.inputSchema.properties ?? {};
  const input = {};
  const loose = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    const flag = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(word) ?? (word === "-m" ? ["-m", "message"] : null);
    if (flag === null) {
      loose.push(word);
      continue;
    }
    const { name, isFile } = propertyOf(flag[1], properties);
    const isSwitch = properties[name].type === "boolean" && !isFile;
    const value = flag[2] ?? (isSwitch ? "true" : words[++index]);
    if (value === undefined) throw new Error(`--${flag[1]} needs a value.`);
    const given = isFile
      ? fs.readFileSync(value === "-" ? 0 : value, "utf8")
      : readValue(value, properties[name]);
    input[name] = properties[name].type === "array" ? [...(input[name] ?? []), ...[given].flat()] : given;
  }
  if (loose.length > 0) {
    if (tool.positional === null || input[tool.positional] !== undefined)
      throw new Error(`Unexpected argument "${loose[0]}". Put each value after a flag.`);
    input[tool.positional] = readValue(loose.join(" "), properties[tool.positional]);
  }
  return input;
}

function propertyOf(flag, properties) {
  for (const name of Object.keys(properties)) {
    if (flagOf(name) === flag) return { name, isFile: false };
    if (`${flagOf(name)}-file` === flag) return { name, isFile: true };
  }
  throw new Error(`Unknown flag --${flag}.`);
}

/** Parses a value according to the schema. If the text cannot be parsed, returns it unchanged, because the server explains why it is invalid. */
function readValue(text, schema) {
  if (schema.type === "string" || schema.type === "array") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function overview(commands) {
  const names = commands.map(({ command }) => command.join(" "));
  const width = Math.max(...names.map((name) => name.length));
  const lines = commands.map(
    ({ description }, index) => `  tembo ${names[index].padEnd(width)}  ${firstSentence(description)}`,
  );
  return `Commands of this session:\n\n${lines.join("\n")}\n\n"tembo COMMAND --help" lists its flags.\n`;
}

function helpOf({ command, description, positional, inputSchema }) {
  const { properties = {}, required = [] } = inputSchema;
  const flags = Object.entries(properties).map(([name, schema]) => {
    const notes = [
      schema.description,
      schema.enum && `One of ${schema.enum.join(", ")}.`,
      schema.default !== undefined && `Default: ${schema.default}.`,
      schema.type === "string" && !schema.enum && name !== positional && `Or --${flagOf(name)}-file PATH.`,
      schema.type === "array" && "Repeatable.",
      required.includes(name) && schema.default === undefined && "Required.",
    ];
    const value = schema.type === "boolean" ? "" : " VALUE";
    return `  --${flagOf(name)}${value}  ${notes.filter(Boolean).join(" ")}`.trimEnd();
  });
  const loose = positional === null ? "" : ` [${positional.toUpperCase()}]`;
  return `tembo ${command.join(" ")}${loose}\n\n${description}\n${flags.length > 0 ? `\n${flags.join("\n")}\n` : ""}`;
}

const flagOf = (name) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const firstSentence = (text) => text.slice(0, text.search(/[.;:](\s|$)/) >>> 0);

module.exports = { runCommand };
