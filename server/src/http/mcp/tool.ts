/** API request that a tool sends. */
export interface ApiCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path that starts with a slash, with its parameters and query already encoded. */
  readonly path: string;
  readonly body?: unknown;
}

export interface ApiAnswer {
  readonly status: number;
  /** Unparsed JSON body. */
  readonly text: string;
}

/** Sends a request on behalf of the key's owner. Rejects only if there is no response. */
export type CallApi = (call: ApiCall, signal: AbortSignal) => Promise<ApiAnswer>;

/** Unvalidated arguments of a tool call, as received from the model. */
export type ToolInput = Readonly<Record<string, unknown>>;

export interface ToolContext {
  readonly call: CallApi;
  readonly signal: AbortSignal;
}

/** Result for the model. If `isError` is true, the call failed and the text explains what to change. */
export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
}

/** Tool with the properties that the Model Context Protocol defines. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  /** True if the tool changes nothing. Such tools are available without write permission. */
  readonly isRead: boolean;
  readonly isDestructive: boolean;
  run(input: ToolInput, context: ToolContext): Promise<ToolAnswer>;
}

export interface ObjectSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
  readonly additionalProperties: boolean;
}

/** Thrown if the arguments of a call are not valid for the tool. The message explains what to change. */
export class ToolMistake extends Error {}

/** Throws `ToolMistake` for an unknown field, because the API silently ignores unknown fields in an open body. */
export function refuseUnknown(input: ToolInput, known: readonly string[]): void {
  const unknown = Object.keys(input).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  const names = unknown.map((key) => JSON.stringify(key)).join(", ");
  throw new ToolMistake(
    `The tool does not accept ${names}. It accepts ${known.join(", ") || "no arguments"}.`,
  );
}

export const success = (text: string): ToolAnswer => ({ text, isError: false });
export const refused = (text: string): ToolAnswer => ({ text, isError: true });
