/** Commands that hide the exit code of the commands that they run, or change its meaning. */
const swallowing: ReadonlySet<string> = new Set([
  ...["!", "{", "if", "for", "while", "until", "case", "select", "function", "coproc", "[["],
  ...["eval", "trap", "set", "shopt", "alias", "find", "xargs", "watch"],
  ...["setsid", "nohup", "script", "tmux", "screen", "at", "batch"],
]);
const shells: ReadonlySet<string> = new Set(["sh", "bash", "dash", "zsh", "ksh", "ash"]);
const MAX_NESTED_SHELLS = 3;

/**
 * True if exit code 0 of this shell command means that each of its commands exited with 0. This holds for a single
 * command, and for several commands joined by `&&`. False for a pipe, `;`, `||`, `&`, a line break between commands, a
 * substitution, a subshell, a here document and every keyword, because each can hide a failure. Also false for text
 * that cannot be parsed. Pure.
 */
export function provesResult(command: string, depth = 0): boolean {
  const commands = parseChain(command);
  return commands?.every((words) => isPlain(words, depth)) ?? false;
}

function isPlain(words: readonly string[], depth: number): boolean {
  const start = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  if (start === -1 || words.some((word) => swallowing.has(word))) return false;
  const shell = words.findIndex((word) => shells.has(word.replace(/^.*\//, "")));
  if (shell === -1) return true;
  const script = scriptOf(words.slice(shell + 1));
  return script === null || (depth < MAX_NESTED_SHELLS && provesResult(script, depth + 1));
}

/**
 * Returns the argument of `-c`. Returns null if the shell runs a script file, which determines its exit code itself.
 * Returns an empty string in all other cases.
 */
function scriptOf(args: readonly string[]): string | null {
  const flag = args.findIndex((word) => /^-[a-z]*c[a-z]*$/.test(word));
  if (flag !== -1) return args[flag + 1] ?? "";
  return args.some((word) => !word.startsWith("-")) ? null : "";
}

/** Returns the unquoted words of each command in a `&&` chain, or null for any other shell text. */
function parseChain(command: string): string[][] | null {
  const text = command.trim();
  const commands: string[][] = [[]];
  let word: string | null = null;
  const endWord = () => {
    if (word !== null) commands.at(-1)!.push(word);
    word = null;
  };
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const token = tokenOf(rest, word === null);
    if (token === null) return null;
    at += token.length;
    if (token.kind === "text") word = (word ?? "") + token.text;
    else endWord();
    if (token.kind === "and") {
      if (commands.at(-1)!.length === 0) return null;
      commands.push([]);
      at += /^\s*/.exec(text.slice(at))![0].length;
    }
  }
  endWord();
  return commands.at(-1)!.length === 0 ? null : commands;
}

type Token =
  | { readonly kind: "text"; readonly length: number; readonly text: string }
  | { readonly kind: "space" | "and"; readonly length: number };

/** Returns the next token, or null if the text is outside the supported subset of the shell language. */
function tokenOf(rest: string, isAtWordStart: boolean): Token | null {
  const text = (match: RegExpExecArray | null, content = match?.[1] ?? ""): Token | null =>
    match === null ? null : { kind: "text", length: match[0].length, text: content };
  const first = rest[0]!;
  if (rest.startsWith("&&")) return { kind: "and", length: 2 };
  if (rest.startsWith("\\\n")) return { kind: "space", length: 2 };
  if (first === " " || first === "\t") return { kind: "space", length: 1 };
  if (first === "\\") return text(/^\\([^\n])/.exec(rest));
  if (first === "'") return text(/^'([^']*)'/.exec(rest));
  if (first === '"') return text(/^"((?:[^"\\`$]|\\[^\n]|\$(?![('"{])|\$\{\w+\})*)"/.exec(rest));
  // A comment ends the command. Only whitespace and comments may follow it.
  if (first === "#" && isAtWordStart) {
    const end = /^(?:#[^\n]*\s*)+$/.exec(rest);
    return end === null ? null : { kind: "space", length: rest.length };
  }
  const redirection = /^(?:[<>]&\d(?!\w)|>{1,2}|<(?![<(&]))(?![(&|])/.exec(rest);
  if (redirection !== null) return { kind: "text", length: redirection[0].length, text: redirection[0] };
  if (first === "$") return text(/^(\$\w+|\$\{\w+\})/.exec(rest));
  return text(/^([^\s"'\\`$&|;()<>])/.exec(rest));
}
