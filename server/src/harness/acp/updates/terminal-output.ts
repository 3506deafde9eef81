import type { ToolCallUpdate } from "@agentclientprotocol/sdk/unstable";
import { cutTo, textOf } from "./bounds.ts";

/** What a fragment says of the program that a call runs. */
export interface TerminalPart {
  /** Joins what was printed before. */
  readonly printed: string | null;
  readonly exitCode: number | null;
}

/**
 * Output and end of a program as harnesses tell them beside the protocol: the convention `_meta.terminal_output` and
 * `_meta.terminal_exit`, else fields of the raw output. Throws a TypeError for output that is no text.
 */
export function terminalPartOf({ _meta, rawOutput }: ToolCallUpdate, maxChars: number): TerminalPart {
  const output = fieldOf(_meta, "terminal_output") ?? fieldOf(_meta, "terminal_output_delta");
  const data = fieldOf(output, "data");
  return {
    printed: data === undefined || data === null ? null : textOf(data, maxChars),
    exitCode: codeOf(fieldOf(fieldOf(_meta, "terminal_exit"), "exit_code")) ?? exitCodeIn(rawOutput),
  };
}

/** The end of a program repeats what was printed where it was not told before, or as a whole. */
export function joinPrinted(before: string | null, { printed, exitCode }: TerminalPart, maxChars: number) {
  if (printed === null) return null;
  const isRepeated = exitCode !== null && before !== null && printed.startsWith(before);
  return cutTo(maxChars, isRepeated ? printed : (before ?? "") + printed);
}

/** Text of a raw output that tells more than the text; null when it has none, or tells of an exit code alone. */
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
