import type { ReachRules } from "./reach-rules.ts";
import { fieldOf } from "./walk-fields.ts";

/**
 * Matches tools that the client runs, and the tool that searches the request's own tools. All other tools run at the provider: search,
 * fetch, code, MCP.
 */
const ownTool = /^(custom|(bash|text_editor|computer|memory)_\d{8}|tool_search_tool_(regex|bm25)(_\d{8})?)$/;

/** Types of sources for pictures and documents that the request itself contains. */
const ownSource = new Set(["base64", "text", "content"]);

/** Rules for the Messages API, whose fields are documented at https://platform.claude.com/docs/en/api/messages */
export const anthropicReach: ReachRules = {
  tool(tool) {
    const type = String(fieldOf(tool, "type") ?? "custom");
    return ownTool.test(type) ? null : `the tool ${type}`;
  },
  field(name, value, depth) {
    if (depth === 0 && (name === "container" || name.startsWith("mcp"))) {
      return Array.isArray(value) && value.length === 0 ? null : `the field ${name}`;
    }
    if (name === "fileid") return "a file in the account";
    if (name === "source" && typeof value === "object") {
      const type = String(fieldOf(value, "type"));
      if (!ownSource.has(type)) return `a source of type ${type}`;
    }
    return null;
  },
  model: () => null,
  data: new Set(["input", "metadata", "outputconfig", "outputformat"]),
};
