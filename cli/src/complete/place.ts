import type { Argument, Command, Option } from "commander";

/** Where on a command line the cursor is. */
export interface Place {
  /** The deepest command that the words before name. */
  readonly command: Command;
  /** Words behind it that are no options. */
  readonly operands: readonly string[];
  /** The option whose value comes next; null where none does. */
  readonly option: Option | null;
  /** After `--`, nothing is an option. */
  readonly isAfterDashes: boolean;
  /** Values of options that were given, by their attribute names; of several the last. */
  readonly given: Readonly<Record<string, string>>;
  /** Attribute names of the options without a value that were given. */
  readonly flags: ReadonlySet<string>;
}

/** Reads the words behind the program's name as the program itself would. */
export function placeOf(program: Command, words: readonly string[]): Place {
  let command = program;
  let option: Option | null = null;
  let isAfterDashes = false;
  const operands: string[] = [];
  const given: Record<string, string> = {};
  const flags = new Set<string>();
  for (const word of words) {
    if (option !== null) {
      given[option.attributeName()] = word;
      option = null;
    } else if (!isAfterDashes && word === "--") isAfterDashes = true;
    else if (!isAfterDashes && /^-./.test(word)) {
      const [name, ...value] = word.split("=");
      const found = optionsOf(command).find(({ long, short }) => long === name || short === name);
      if (found === undefined) continue;
      if (value.length > 0) given[found.attributeName()] = value.join("=");
      else if (takesValue(found)) option = found;
      else flags.add(found.attributeName());
    } else {
      const below = operands.length === 0 ? command.commands.find((one) => isNamed(one, word)) : undefined;
      if (below === undefined) operands.push(word);
      else command = below;
    }
  }
  return { command, operands, option, isAfterDashes, given, flags };
}

/** Its own options and those of the commands above it. */
export function optionsOf(command: Command): Option[] {
  return [...command.options, ...(command.parent === null ? [] : optionsOf(command.parent))];
}

export const takesValue = (option: Option) => option.required || option.optional;

/** The argument that the next operand fills. */
export function nextArgument({ command, operands }: Place): Argument | undefined {
  const last = command.registeredArguments.at(-1);
  return command.registeredArguments[operands.length] ?? (last?.variadic ? last : undefined);
}

/** How a command is typed, such as `tembo session list`. */
export function commandLine(command: Command): string {
  return command.parent === null ? command.name() : `${commandLine(command.parent)} ${command.name()}`;
}

const isNamed = (command: Command, word: string) =>
  command.name() === word || command.aliases().includes(word);
