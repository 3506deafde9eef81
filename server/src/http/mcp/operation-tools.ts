import { type Operation, operations } from "@tembo/contract";
import { callApi } from "./call-api.ts";
import { type InputShape, inputShapeOf } from "./input-schema.ts";
import { refuseUnknown, type Tool, type ToolInput, ToolMistake } from "./tool.ts";

export interface OperationTool extends Tool {
  readonly method: Operation["method"];
  readonly path: string;
}

/**
 * Creates a tool for every operation with JSON requests and responses. Omits streams, files and WebSockets, because a model cannot use them. Omits
 * operations that require no authentication, because they are for browsers. Converts the operation names to snake case: `sessionRetrieve` becomes
 * `session_retrieve`.
 */
export function createOperationTools(): ReadonlyMap<string, OperationTool> {
  const tools = Object.entries(operations as Record<string, Operation>)
    .filter(([, operation]) => operation.response !== undefined && !operation.takesBytes && !operation.isOpen)
    .map(([name, operation]) => toolOf(snakeCase(name), operation));
  return new Map(tools.map((tool) => [tool.name, tool]));
}

function toolOf(name: string, operation: Operation): OperationTool {
  const shape = inputShapeOf(operation);
  const { method, path, summary, description } = operation;
  return {
    name,
    method,
    path,
    description: description === undefined ? `${summary}.` : `${summary}. ${description}`,
    inputSchema: shape.schema,
    isRead: method === "GET",
    isDestructive: method === "DELETE",
    run: (input, context) => callApi(requestOf(operation, shape, input), context),
  };
}

function requestOf({ method, path }: Operation, shape: InputShape, input: ToolInput) {
  const known = Object.keys(shape.schema.properties);
  refuseUnknown(input, known);
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) =>
    segmentOf(parameter, input[parameter]),
  );
  const query = new URLSearchParams();
  for (const key of shape.query) for (const value of [input[key]].flat()) addTo(query, key, value);
  const withBody = known.includes("body") && input.body !== undefined;
  return {
    method,
    path: query.size === 0 ? filled : `${filled}?${query}`,
    ...(withBody && { body: input.body }),
  };
}

function addTo(query: URLSearchParams, key: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (typeof value === "object")
    throw new ToolMistake(`"${key}" must be a string, a number, a boolean or a list of these.`);
  query.append(key, String(value));
}

/** Encodes a path segment. Rejects dot segments, because URL parsers resolve them even if they are encoded. */
function segmentOf(parameter: string, value: unknown): string {
  if (typeof value !== "string" || ["", ".", ".."].includes(value))
    throw new ToolMistake(`"${parameter}" is missing or not valid. Use an ID from the API.`);
  return encodeURIComponent(value);
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
