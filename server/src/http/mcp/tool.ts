/** One request of the API, as a tool makes it. */
export interface ApiCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Begins with a slash; parameters and query encoded. */
  readonly path: string;
  readonly body?: unknown;
}

export interface ApiAnswer {
  readonly status: number;
  /** The body as it came: JSON. */
  readonly text: string;
}

/** Asks the API as the caller whose key it is. Rejects only when there is no answer at all. */
export type CallApi = (call: ApiCall, signal: AbortSignal) => Promise<ApiAnswer>;

/** The arguments of a call of a tool, of whatever shape the model gave them. */
export type ToolInput = Readonly<Record<string, unknown>>;

export interface ToolContext {
  readonly call: CallApi;
  readonly signal: AbortSignal;
}

/** What a model reads of a call; `isError` where it did not do what was asked, with what to change. */
export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
}

/** A tool as the Model Context Protocol shows it. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly inputSchema: ObjectSchema;
  /** Changes nothing: it is there without leave to write. */
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

/** The call does not fit the tool; the sentence says what to change. */
export class ToolMistake extends Error {}

/** The API lets a misspelt field of an open body pass in silence; a model shall hear of it. Throws `ToolMistake`. */
export function refuseUnknown(input: ToolInput, known: readonly string[]): void {
  const unknown = Object.keys(input).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  const names = unknown.map((key) => JSON.stringify(key)).join(", ");
  throw new ToolMistake(`The tool does not take ${names}; it takes ${known.join(", ") || "no arguments"}.`);
}

export const told = (text: string): ToolAnswer => ({ text, isError: false });
export const refused = (text: string): ToolAnswer => ({ text, isError: true });
