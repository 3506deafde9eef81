import type { Cli, Outcome } from "./cli.ts";
import { allPages } from "./pages.ts";
import { type Cell, printFields, printTable } from "./table.ts";

/**
 * Prints `value` as JSON with `--json`. Otherwise calls `print`, which prints readable output. Returns exit status 0.
 */
export function answer(cli: Cli, value: unknown, print: () => void): Outcome {
  if (cli.isJson) cli.terminal.json(value);
  else print();
  return 0;
}

/** Prints `sentence`, or `value` as JSON with `--json`. */
export function answerSentence(cli: Cli, value: unknown, sentence: string): Outcome {
  return answer(cli, value, () => cli.terminal.line(sentence));
}

export function answerFields(
  cli: Cli,
  value: unknown,
  fields: readonly (readonly [name: string, value: Cell | null])[],
): Outcome {
  return answer(cli, value, () => printFields(cli.terminal, fields));
}

/**
 * Prints all items of a v1 list, as `{ items }` or as a table. `columns` contains each column's heading and a function
 * that returns its cell.
 */
export async function answerList<T>(
  cli: Cli,
  page: Parameters<typeof allPages<T>>[0],
  columns: Readonly<Record<string, (item: T) => Cell>>,
): Promise<Outcome> {
  const items = await allPages(page);
  return answer(cli, { items }, () =>
    printTable(
      cli.terminal,
      Object.keys(columns),
      items.map((item) => Object.values(columns).map((cell) => cell(item))),
    ),
  );
}

/** Suggests the next command. Prints nothing with `--json` or if there is no terminal. */
export function suggest({ isJson, terminal }: Cli, next: string): void {
  if (!isJson && terminal.isInteractive) terminal.hint(next);
}
