import type { OperationTool } from "./operation-tools.ts";
import { searchTools } from "./search-tools.ts";
import { refused, success, type Tool, type ToolInput, ToolMistake } from "./tool.ts";

const maxFound = 500;
const defaultFound = 10;

/** Creates four tools that provide access to every operation, so that a model need not read a hundred schemas to use one operation. */
export function createCompactTools(all: ReadonlyMap<string, OperationTool>): Tool[] {
  const named = (input: ToolInput): OperationTool => {
    const tool = typeof input.name === "string" ? all.get(input.name) : undefined;
    if (tool !== undefined) return tool;
    throw new ToolMistake(
      `Unknown tool ${JSON.stringify(input.name ?? null)}. Use search_tools to find the available tools.`,
    );
  };
  const callable = { name: { type: "string" }, arguments: { type: "object", additionalProperties: true } };
  return [
    {
      name: "search_tools",
      description:
        "Search the operations of the Tembo API by keywords. Returns names for get_tool_schema, call_read_tool and call_write_tool. Without a query, lists all operations.",
      inputSchema: objectOf(
        { query: { type: "string" }, limit: { type: "integer", minimum: 1, maximum: maxFound } },
        [],
      ),
      isRead: true,
      isDestructive: false,
      async run({ query, limit }) {
        const words = typeof query === "string" ? query : "";
        const most = Number.isInteger(limit) ? Number(limit) : words.trim() === "" ? maxFound : defaultFound;
        const found = searchTools([...all.values()], words).slice(0, Math.min(Math.max(most, 1), maxFound));
        if (found.length === 0)
          return success(
            `No operations match ${JSON.stringify(words.slice(0, 200))}. Use other keywords, or omit the query to list all operations.`,
          );
        return success(
          JSON.stringify(
            found.map(({ name, description, isRead, method, path }) => ({
              name,
              description,
              access: isRead ? "read" : "write",
              operation: `${method} ${path}`,
            })),
          ),
        );
      },
    },
    {
      name: "get_tool_schema",
      description: "Get the JSON Schema of an operation's arguments.",
      inputSchema: objectOf({ name: callable.name }, ["name"]),
      isRead: true,
      isDestructive: false,
      async run(input) {
        const { name, description, isRead, inputSchema } = named(input);
        const callWith = isRead ? "call_read_tool" : "call_write_tool";
        return success(JSON.stringify({ name, description, callWith, inputSchema }));
      },
    },
    {
      name: "call_read_tool",
      description: "Call an operation that only reads data.",
      inputSchema: objectOf(callable, ["name"]),
      isRead: true,
      isDestructive: false,
      async run(input, context) {
        const tool = named(input);
        if (!tool.isRead) return refused(`${tool.name} changes data. Use call_write_tool.`);
        return tool.run(argumentsOf(input), context);
      },
    },
    {
      name: "call_write_tool",
      description: "Call an operation that changes data.",
      inputSchema: objectOf(callable, ["name"]),
      isRead: false,
      isDestructive: true,
      async run(input, context) {
        const tool = named(input);
        if (tool.isRead) return refused(`${tool.name} only reads data. Use call_read_tool.`);
        return tool.run(argumentsOf(input), context);
      },
    },
  ];
}

const objectOf = (properties: Record<string, object>, required: readonly string[]) =>
  ({ type: "object", properties, required, additionalProperties: false }) as const;

function argumentsOf(input: ToolInput): ToolInput {
  const given = input.arguments ?? {};
  if (typeof given === "object" && !Array.isArray(given)) return given as ToolInput;
  throw new ToolMistake('"arguments" must be an object. Use get_tool_schema to get its fields.');
}
