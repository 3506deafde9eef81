import { readFile } from "node:fs/promises";
import { z } from "zod";
import { builtInPriceTable, findModel } from "../../../core/access/index.ts";
import { AppError, reason, withReason } from "../../../core/base/index.ts";
import type { ReportedUsage } from "./read-usage.ts";

export interface Prices {
  /** True if the table has a price for the model. */
  knows(model: string): boolean;
  /** Returns the name under which the table has a price for one of the models, without a `*` at its end, or null. */
  nameOf(models: readonly string[]): string | null;
  /**
   * Returns the cost in millionths of a US dollar, rounded, or null if the table contains none of the names. The first name in `models` that the
   * table contains determines the price.
   */
  costMicroUsd(models: readonly string[], usage: ReportedUsage): number | null;
}

/**
 * Loads the price table at `path`, or the built-in table if `path` is null. Throws `invalid_input` if the file cannot be read or is not a valid
 * price table. Prices are in US dollars per million tokens. A model name that ends with `*` matches all names with that prefix. The longest
 * match wins.
 */
export async function loadPrices(path: string | null): Promise<Prices> {
  try {
    return createPrices(path === null ? builtInPriceTable : JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : reason(cause);
    throw new AppError(
      "invalid_input",
      `${withReason(`The price table ${path ?? "catalog.json"} cannot be used`, why)} Fix it, or unset TEMBO_PRICES_FILE to use the built-in table.`,
      { cause },
    );
  }
}

const dollars = z.number().nonnegative().max(1_000_000);
const rates = {
  input: dollars,
  output: dollars,
  /** Price of reading from a cache. Defaults to `input`. */
  cacheRead: dollars.optional(),
  /** Price of writing to a cache. Defaults to `input`. */
  cacheWrite: dollars.optional(),
  /** Price of writing a cache entry that lives for an hour. Defaults to `cacheWrite`. */
  cacheWriteHour: dollars.optional(),
};
const priceTable = z.strictObject({
  /** Date on which the table was last compared with the providers' price pages. */
  asOf: z.iso.date(),
  models: z
    .array(
      z.strictObject({
        model: z.string().regex(/^[^\s*]+\*?$/, "must be a name, or a prefix of names that ends with one *"),
        /** Data for the model catalog. It does not affect the price. */
        offer: z.unknown().optional(),
        ...rates,
        /** Prices of requests whose whole prompt, including cached tokens, is longer than `aboveTokens`. */
        longPrompt: z.strictObject({ aboveTokens: z.int().positive(), ...rates }).optional(),
      }),
    )
    .min(1),
});
type Rates = z.infer<z.ZodObject<typeof rates>>;
type Entry = z.infer<typeof priceTable>["models"][number];

/** Throws a `ZodError` if the table is not valid. */
function createPrices(json: unknown): Prices {
  const { models } = priceTable.parse(json);
  return {
    knows: (model) => entryOf(models, model) !== null,
    nameOf: (names) => firstEntry(models, names)?.model.replace(/\*$/, "") ?? null,
    costMicroUsd(names, usage) {
      const entry = firstEntry(models, names);
      return entry === null ? null : cost(ratesFor(entry, usage), usage);
    },
  };
}

function firstEntry(entries: readonly Entry[], names: readonly string[]): Entry | null {
  for (const name of names) {
    const entry = entryOf(entries, name);
    if (entry !== null) return entry;
  }
  return null;
}

/**
 * Returns the entry for a model, or null if the table has none. A provider's own name for a catalog model has that model's price, unless the
 * table contains the name itself.
 */
function entryOf(entries: readonly Entry[], name: string): Entry | null {
  const known = findModel(name)?.name;
  return longestMatch(entries, name) ?? (known === undefined ? null : longestMatch(entries, known));
}

function longestMatch(entries: readonly Entry[], name: string): Entry | null {
  let best: Entry | null = null;
  for (const entry of entries) {
    const isMatch = entry.model.endsWith("*")
      ? name.startsWith(entry.model.slice(0, -1))
      : name === entry.model;
    if (isMatch && (best === null || strength(entry) > strength(best))) best = entry;
  }
  return best;
}

/** Ranks matching entries. A longer name wins, and an exact name wins over a prefix of the same length. */
const strength = ({ model }: Entry) => (model.endsWith("*") ? model.length - 1.5 : model.length);

function ratesFor({ longPrompt, offer: _, ...short }: Entry, usage: ReportedUsage): Rates {
  const promptTokens = usage.inputTokens + usage.cachedInputTokens + usage.cacheWriteTokens;
  return longPrompt !== undefined && promptTokens > longPrompt.aboveTokens ? longPrompt : short;
}

/**
 * Returns the cost in millionths of a US dollar, rounded. Rates need no conversion: dollars per million tokens equal millionths of a dollar per
 * token.
 */
function cost({ input, output, cacheRead, cacheWrite, cacheWriteHour }: Rates, usage: ReportedUsage): number {
  const write = cacheWrite ?? input;
  const hourTokens = Math.min(usage.hourCacheWriteTokens, usage.cacheWriteTokens);
  return Math.round(
    usage.inputTokens * input +
      usage.outputTokens * output +
      usage.cachedInputTokens * (cacheRead ?? input) +
      (usage.cacheWriteTokens - hourTokens) * write +
      hourTokens * (cacheWriteHour ?? write),
  );
}
