import type { ToolCallUpdate } from "@agentclientprotocol/sdk/unstable";
import { cutTo, readText } from "./bounds.ts";

/** Data in a fragment about the program that a tool call is running. */
export interface TerminalPart {
  /** Output to append to the earlier output. */
  readonly printed: string | null;
  readonly exitCode: number | null;
}

/**
 * Returns a program's output and exit code, which harnesses send outside the protocol. By convention, they are in `_meta.terminal_output`
 * and `_meta.terminal_exit`. Otherwise, reads the exit code from the raw output. Throws a TypeError if the output is not text.
 */
export function terminalPartOf({ _meta, rawOutput }: ToolCallUpdate, maxChars: number): TerminalPart {
  const output = fieldOf(_meta, "terminal_output") ?? fieldOf(_meta, "terminal_output_delta");
  const data = fieldOf(output, "data");
  return {
    printed: data === undefined || data === null ? null : readText(data, maxChars),
    exitCode: codeOf(fieldOf(fieldOf(_meta, "terminal_exit"), "exit_code")) ?? exitCodeIn(rawOutput),
  };
}

/**
 * Returns the earlier output with the new output appended, or null if there is no new output. Some harnesses repeat the whole output when the
 * program exits. In that case, it replaces the earlier output.
 */
export function joinPrinted(before: string | null, { printed, exitCode }: TerminalPart, maxChars: number) {
  if (printed === null) return null;
  const isRepeated = exitCode !== null && before !== null && printed.startsWith(before);
  return cutTo(maxChars, isRepeated ? printed : (before ?? "") + printed);
}

/** Returns the text in a raw output that is an object, null if the object contains only an exit code, or undefined if it contains no text. */
export function textInRaw(rawOutput: object): string | null | undefined {
  for (const name of ["output", "formatted_output", "aggregated_output", "stdout"]) {
    const text = fieldOf(rawOutput, name);
    if (typeof text === "string") return text;
  }
  const isCodeAlone = Object.keys(rawOutput).every((key) => exitCodeNames.includes(key));
  return isCodeAlone ? null : undefined;
}

const exitCodeNames: readonly string[] = ["exit_code", "exitCode", "exit"];

function exitCodeIn(rawOutput: unknown): number | null {
  for (const place of [rawOutput, fieldOf(rawOutput, "metadata"), fieldOf(rawOutput, "details")]) {
    for (const name of exitCodeNames) {
      const code = codeOf(fieldOf(place, name));
      if (code !== null) return code;
    }
  }
  return null;
}

function codeOf(value: unknown): number | null {
  return Number.isInteger(value) && Math.abs(value as number) < 2 ** 32 ? (value as number) : null;
}

function fieldOf(value: unknown, name: string): unknown {
  const isHolder = typeof value === "object" && value !== null && Object.hasOwn(value, name);
  return isHolder ? (value as Record<string, unknown>)[name] : undefined;
}
