import { readFile } from "node:fs/promises";
import { z } from "zod";
import { builtInPriceTable, findModel } from "../../../core/access/index.ts";
import { AppError, reason } from "../../../core/base/index.ts";
import type { ToldUsage } from "./read-usage.ts";

/** What models cost. `costMicroUsd` is null for a model that the table does not know. */
export interface Prices {
  knows(model: string): boolean;
  /** Millionths of a US dollar, rounded. The first of the names that is known decides. */
  costMicroUsd(models: readonly string[], usage: ToldUsage): number | null;
}

/**
 * The table at `path`, or the one that comes with the server. Throws `invalid_input` that says what to change.
 * Prices are US dollars per million tokens; a model that ends in `*` stands for all that begin so, and the longest match wins.
 */
export async function loadPrices(path: string | null): Promise<Prices> {
  try {
    return createPrices(path === null ? builtInPriceTable : JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : reason(cause);
    throw new AppError(
      "invalid_input",
      `The price table ${path ?? "catalogue.json"} cannot be used: ${why.replaceAll(/\s+/g, " ")}. Fix it, or unset TEMBO_PRICES_FILE to take the one that comes with Tembo.`,
      { cause },
    );
  }
}

const dollars = z.number().nonnegative().max(1_000_000);
const rates = {
  input: dollars,
  output: dollars,
  /** Without it, as input. */
  cacheRead: dollars.optional(),
  cacheWrite: dollars.optional(),
  /** Kept for an hour; without it, as `cacheWrite`. */
  cacheWriteHour: dollars.optional(),
};
const priceTable = z.strictObject({
  /** The day on which somebody last compared it with the providers' pages. */
  asOf: z.iso.date(),
  models: z
    .array(
      z.strictObject({
        model: z.string().regex(/^[^\s*]+\*?$/, "is a name, or the beginning of names with one * at its end"),
        /** What the catalogue of models says of it, which its price does not depend on. */
        offer: z.unknown().optional(),
        ...rates,
        /** For requests whose whole prompt, caches included, is longer. */
        longPrompt: z.strictObject({ aboveTokens: z.int().positive(), ...rates }).optional(),
      }),
    )
    .min(1),
});
type Rates = z.infer<z.ZodObject<typeof rates>>;
type Entry = z.infer<typeof priceTable>["models"][number];

/** Throws a ZodError. */
function createPrices(json: unknown): Prices {
  const { models } = priceTable.parse(json);
  return {
    knows: (model) => entryOf(models, model) !== null,
    costMicroUsd(names, usage) {
      for (const name of names) {
        const entry = entryOf(models, name);
        if (entry !== null) return cost(ratesFor(entry, usage), usage);
      }
      return null;
    },
  };
}

/** A provider's own name for a model of the catalogue costs as the model does, unless the table says otherwise. */
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

/** Longer is stronger, and the name itself is stronger than the beginning of as many letters. */
const strength = ({ model }: Entry) => (model.endsWith("*") ? model.length - 1.5 : model.length);

function ratesFor({ longPrompt, offer: _, ...short }: Entry, usage: ToldUsage): Rates {
  const promptTokens = usage.inputTokens + usage.cachedInputTokens + usage.cacheWriteTokens;
  return longPrompt !== undefined && promptTokens > longPrompt.aboveTokens ? longPrompt : short;
}

/** Dollars for a million tokens are millionths of a dollar for one. */
function cost({ input, output, cacheRead, cacheWrite, cacheWriteHour }: Rates, usage: ToldUsage): number {
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
