import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import manifest from "../../../package.json" with { type: "json" };
import { Refused } from "./call-api.ts";
import { createCompactTools } from "./compact-tools.ts";
import { createDirectTools } from "./direct-tools.ts";
import { createOperationTools } from "./operation-tools.ts";
import { type CallApi, refused, type Tool, type ToolAnswer, type ToolInput, ToolMistake } from "./tool.ts";

export interface McpServerOptions {
  readonly call: CallApi;
  readonly allowsWrites: boolean;
  /** Sentence that explains how to allow writes on this connection. */
  readonly howToAllowWrites: string;
}

const instructions =
  "Tembo runs coding agents in the background. A session works on a task: create_session starts a session, get_session returns its state and get_diff returns its changes. Use search_tools to find all other operations of the API.";

/** The tools are created once, because they are derived from the contract and are the same for every client. */
const tools = allTools();

/** Creates a Model Context Protocol server for the API, without connecting it to a transport. */
export function createMcpServer({ call, allowsWrites, howToAllowWrites }: McpServerOptions): Server {
  const server = new Server(
    { name: "tembo", version: manifest.version },
    { capabilities: { tools: {} }, instructions },
  );
  server.setRequestHandler(ListToolsRequestSchema, async () => ({
    tools: tools.filter(({ isRead }) => isRead || allowsWrites).map(viewOf),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const { name, arguments: input = {} } = params;
    const tool = tools.find((one) => one.name === name);
    const { text, isError } =
      tool === undefined
        ? refused(`Unknown tool ${JSON.stringify(name)}. Use search_tools to find all operations.`)
        : tool.isRead || allowsWrites
          ? await run(tool, input, { call, signal })
          : refused(`This connection is read-only. ${howToAllowWrites}`);
    return { content: [{ type: "text", text }], isError };
  });
  return server;
}

function allTools(): readonly Tool[] {
  const operationTools = createOperationTools();
  return [...createDirectTools(operationTools), ...createCompactTools(operationTools)];
}

function viewOf({ name, description, inputSchema, isRead, isDestructive }: Tool) {
  return {
    name,
    description,
    inputSchema: inputSchema as typeof inputSchema & Record<string, unknown>,
    annotations: { readOnlyHint: isRead, destructiveHint: isDestructive, openWorldHint: false },
  };
}

async function run(
  tool: Tool,
  input: ToolInput,
  context: { readonly call: CallApi; readonly signal: AbortSignal },
): Promise<ToolAnswer> {
  try {
    return await tool.run(input, context);
  } catch (error) {
    if (error instanceof ToolMistake || error instanceof Refused) return refused(error.message);
    throw error;
  }
}
