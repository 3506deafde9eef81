import type { Cli, Outcome } from "./cli.ts";
import { counted } from "./format.ts";
import { allPages, firstItems, type ListPart } from "./pages.ts";
import { maxItems, type Paging } from "./paging.ts";
import { type Cell, printFields, printTable } from "./table.ts";
import { styled } from "./terminal.ts";

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

/** Columns of a list, by heading. Each function returns the cell of an item. */
type Columns<T> = Readonly<Record<string, (item: T, index: number) => Cell>>;

/** Prints all items of a v1 list, like `answerItems`. */
export async function answerList<T>(
  cli: Cli,
  page: Parameters<typeof allPages<T>>[0],
  columns: Columns<T>,
): Promise<Outcome> {
  return answerItems(cli, await allPages(page), columns);
}

/** Prints the items of a v1 list that the options select, like `answerItems`. */
export async function answerPart<T>(
  cli: Cli,
  page: Parameters<typeof firstItems<T>>[0],
  columns: Columns<T>,
  paging: Paging,
): Promise<Outcome> {
  return answerItems(cli, await firstItems(page, maxItems(paging)), columns);
}

/**
 * Prints a list: a table, or `{ items, hasMore }` with `--json`. Every list has this form. If the list has more items,
 * a note states how to print them.
 */
export function answerItems<T>(cli: Cli, list: readonly T[] | ListPart<T>, columns: Columns<T>): Outcome {
  const { items, hasMore } = "hasMore" in list ? list : { items: list, hasMore: false };
  return answer(cli, { items, hasMore }, () => {
    printTable(
      cli.terminal,
      Object.keys(columns),
      items.map((item, index) => Object.values(columns).map((cell) => cell(item, index))),
    );
    if (hasMore)
      cli.terminal.note(
        styled("dim", `Printed the first ${counted(items.length, "item")}. Use --limit or --all for more.`),
      );
  });
}

/** Suggests the next command. Prints nothing with `--json` or if there is no terminal. */
export function suggest({ isJson, terminal }: Cli, next: string): void {
  if (!isJson && terminal.isInteractive) terminal.hint(next);
}
