/** An API request, as a tool makes it. */
export interface ApiCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Starts with a slash. Parameters and query are encoded. */
  readonly path: string;
  readonly body?: unknown;
}

export interface ApiAnswer {
  readonly status: number;
  /** The unparsed body, which is JSON. */
  readonly text: string;
}

/** Sends a request as the owner of the key. Rejects only if there is no response at all. */
export type CallApi = (call: ApiCall, signal: AbortSignal) => Promise<ApiAnswer>;

/** Unvalidated arguments of a tool call, as the model sent them. */
export type ToolInput = Readonly<Record<string, unknown>>;

export interface ToolContext {
  readonly call: CallApi;
  readonly signal: AbortSignal;
}

/** The result that a model reads. If `isError` is set, the call failed, and the text explains what to change. */
export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
}

/** A tool as the Model Context Protocol describes it. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly inputSchema: ObjectSchema;
  /** True if the tool changes nothing, and is therefore available without permission to write. */
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

/** The arguments of a call do not fit the tool. The message explains what to change. */
export class ToolMistake extends Error {}

/** Throws `ToolMistake` for an unknown field, because the API silently ignores unknown fields of an open body. */
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
