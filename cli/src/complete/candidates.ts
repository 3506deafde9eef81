import type { Argument, Command, Option } from "commander";
import { locateCursor, nextArgument, optionsOf, type Place, takesValue } from "./place.ts";

/** A candidate for the word at the cursor. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/**
 * Candidates that are known without a request, candidates to request from the server or files on this machine. `prefix`
 * is the part of the word before the value.
 */
export type Candidates =
  | { readonly kind: "known"; readonly items: readonly Candidate[] }
  | { readonly kind: "asked"; readonly of: string; readonly prefix: string; readonly place: Place }
  | { readonly kind: "files" };

const nothing: Candidates = { kind: "known", items: [] };
const files: ReadonlySet<string> = new Set(["file", "path", "folder"]);

/** Returns the candidates for the last word. The preceding words are complete. */
export function candidatesOf(program: Command, words: readonly string[]): Candidates {
  const word = words.at(-1) ?? "";
  const place = locateCursor(program, words.slice(0, -1));
  if (place.option !== null) return valuesOf(place.option, "", place);
  if (!place.isAfterDashes && word.startsWith("-")) return optionsAt(place, word);
  if (place.operands.length === 0 && place.command.commands.length > 0) {
    const below = place.command.createHelp().visibleCommands(place.command);
    const items = below.map((one) => ({ value: one.name(), description: one.description() }));
    const argument = nextArgument(place);
    const values = argument === undefined ? nothing : valuesOf(argument, "", place);
    return values.kind === "known" ? { kind: "known", items: [...items, ...values.items] } : values;
  }
  const argument = nextArgument(place);
  return argument === undefined ? nothing : valuesOf(argument, "", place);
}

function optionsAt(place: Place, word: string): Candidates {
  const options = optionsOf(place.command).filter(({ hidden }) => !hidden);
  const [name, ...value] = word.split("=");
  if (value.length > 0) {
    const option = options.find(({ long }) => long === name);
    return option !== undefined && takesValue(option) ? valuesOf(option, `${name}=`, place) : nothing;
  }
  const items = options.map(({ long, short, description }) => ({ value: long ?? short ?? "", description }));
  return {
    kind: "known",
    items: [...items, { value: "--help", description: "show help for the command" }],
  };
}

function valuesOf(what: Argument | Option, prefix: string, place: Place): Candidates {
  if (what.argChoices !== undefined)
    return {
      kind: "known",
      items: what.argChoices.map((choice) => ({ value: prefix + choice, description: "" })),
    };
  const of = valueName(what);
  return files.has(of) ? { kind: "files" } : { kind: "asked", of, prefix, place };
}

/** Returns the text in angle brackets, which is the kind of value. */
function valueName(what: Argument | Option): string {
  if (!("flags" in what)) return what.name();
  return /[<[]([^.>\]]+)/.exec(what.flags)?.[1] ?? "";
}
