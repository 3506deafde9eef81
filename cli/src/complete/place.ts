import type { Argument, Command, Option } from "commander";

/** The position of the cursor on a command line. */
export interface Place {
  /** The most specific command that the preceding words select. */
  readonly command: Command;
  /** Words after the command that are not options. */
  readonly operands: readonly string[];
  /** The option whose value comes next, or null if the next word is not a value of an option. */
  readonly option: Option | null;
  /** True after `--`, after which no word is an option. */
  readonly isAfterDashes: boolean;
  /** Values of the given options, by attribute name. A repeated option has its last value. */
  readonly given: Readonly<Record<string, string>>;
  /** Attribute names of the given options that take no value. */
  readonly flags: ReadonlySet<string>;
}

/** Parses the words after the program name. Skips unknown options. */
export function locateCursor(program: Command, words: readonly string[]): Place {
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

/** Returns the options of the command and its parent commands. */
export function optionsOf(command: Command): Option[] {
  return [...command.options, ...(command.parent === null ? [] : optionsOf(command.parent))];
}

export const takesValue = (option: Option) => option.required || option.optional;

/** Returns the argument that the next operand fills, or undefined if the command accepts no more operands. */
export function nextArgument({ command, operands }: Place): Argument | undefined {
  const last = command.registeredArguments.at(-1);
  return command.registeredArguments[operands.length] ?? (last?.variadic ? last : undefined);
}

/** Returns the names of the command and its parents, such as `tembo session list`. */
export function commandLine(command: Command): string {
  return command.parent === null ? command.name() : `${commandLine(command.parent)} ${command.name()}`;
}

const isNamed = (command: Command, word: string) =>
  command.name() === word || command.aliases().includes(word);
