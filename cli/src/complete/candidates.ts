import type { Argument, Command, Option } from "commander";
import { nextArgument, optionsOf, type Place, placeOf, takesValue } from "./place.ts";

/** What may stand where the cursor is. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** Known at once, or to be asked for, or files of this machine. `prefix` is what the word begins with before the value. */
export type Candidates =
  | { readonly kind: "known"; readonly items: readonly Candidate[] }
  | { readonly kind: "asked"; readonly of: string; readonly prefix: string; readonly place: Place }
  | { readonly kind: "files" };

const nothing: Candidates = { kind: "known", items: [] };
const files: ReadonlySet<string> = new Set(["file", "path", "folder"]);

/** For the last of the words, of which the others are whole. */
export function candidatesOf(program: Command, words: readonly string[]): Candidates {
  const word = words.at(-1) ?? "";
  const place = placeOf(program, words.slice(0, -1));
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
    items: [...items, { value: "--help", description: "show what the command takes" }],
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

/** What stands in the angle brackets: it tells what kind of thing is meant. */
function valueName(what: Argument | Option): string {
  if (!("flags" in what)) return what.name();
  return /[<[]([^.>\]]+)/.exec(what.flags)?.[1] ?? "";
}
