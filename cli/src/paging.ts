import { type Command, Option } from "commander";
import { wholeNumber } from "./options.ts";

/** Options of a list that grows with use. Such a list prints its newest items by default. */
export interface Paging {
  readonly limit: number;
  readonly all?: boolean;
}

const defaultLimit = 50;

/** Adds `--limit` and `--all` to the command of a list. */
export function addPaging(command: Command): Command {
  return command
    .option("--limit <number>", "maximum number of items to print", wholeNumber, defaultLimit)
    .addOption(new Option("--all", "print all items").conflicts("limit"));
}

export const maxItems = ({ limit, all }: Paging) => (all === true ? Number.POSITIVE_INFINITY : limit);
