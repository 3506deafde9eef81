import type { ReachRules } from "./reach-rules.ts";
import { ambiguous, fieldOf } from "./walk-fields.ts";

/** Tools that the client runs. All other tools run at the provider: search, file search, code interpreter, MCP, pictures. */
const ownTools = new Set([
  "function",
  "custom",
  "local_shell",
  "apply_patch",
  "computer",
  "computer_use_preview",
  "computer-preview",
  "tool_search",
]);

/** Names of fields and models with built-in search, at OpenAI and at other providers that use its protocol. */
const searchField = /^(websearch|search|enablesearch|datasources|plugins|mcp)/;
const searchModel = /search|deep-research|:online/i;

/** Fields that refer to data stored in the account, such as files, conversations and containers. */
const accountFields = new Set([
  "fileid",
  "fileids",
  "vectorstoreids",
  "previousresponseid",
  "conversation",
  "containerid",
]);

/** Rules for Chat Completions and Responses, whose fields are documented at https://platform.openai.com/docs/api-reference */
export const openaiReach: ReachRules = {
  tool: reachOfTool,
  field(name, value, depth) {
    if (depth === 0 && searchField.test(name)) return `the field ${name}`;
    if (depth === 0 && name === "input") return reachOfInput(value);
    if (accountFields.has(name)) return `the field ${name}, which belongs to the account`;
    if (name === "prompt" && isObject(value)) return "a prompt stored in the account";
    // Matches the URL fields of pictures, files and sounds. A plain `url` belongs to a citation.
    if (/.url$/.test(name) && !isOwnData(isObject(value) ? fieldOf(value, "url") : value)) {
      return `the URL in ${name}`;
    }
    if (name === "filedata" && /^[^,]{0,64}:\/\//.test(String(value))) return "the URL in filedata";
    return null;
  },
  model: (model) => (searchModel.test(model) ? `the model ${model}` : null),
  data: new Set([
    "metadata",
    "arguments",
    "parameters",
    "functions",
    "responseformat",
    "schema",
    "jsonschema",
  ]),
};

function reachOfTool(tool: unknown): string | null {
  const type = String(fieldOf(tool, "type"));
  if (type === "namespace") {
    const inner = fieldOf(tool, "tools");
    for (const one of Array.isArray(inner) ? inner : [inner]) {
      const found = reachOfTool(one);
      if (found !== null) return found;
    }
    return null;
  }
  // A shell runs either on the client or in one of the provider's containers.
  const isOwn =
    ownTools.has(type) || (type === "shell" && fieldOf(fieldOf(tool, "environment"), "type") === "local");
  return isOwn ? null : `the tool ${type}`;
}

/** Checks the input items. An item without a type and a role refers to an item that is stored in the account. */
function reachOfInput(input: unknown): string | null {
  for (const item of Array.isArray(input) ? input : []) {
    if (!isObject(item)) continue;
    const type = fieldOf(item, "type");
    const isReference = type === "item_reference" || type === ambiguous;
    if (isReference || (type === undefined && fieldOf(item, "role") === undefined)) {
      return "an item stored in the account";
    }
  }
  return null;
}

const isOwnData = (value: unknown) => typeof value !== "string" || value.startsWith("data:");

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
