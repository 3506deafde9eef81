import type { ModelFamily } from "../harness/harness-info.ts";
import catalog from "./catalog.json" with { type: "json" };
import type { ModelProviders } from "./provider.ts";

/** A model in the catalog. Agent keys may also name models outside the catalog. */
export interface Model {
  /** Name that the model's own provider uses, without a date. */
  readonly name: string;
  readonly displayName: string;
  /** Display name of the model's vendor, such as `Anthropic`. */
  readonly maker: string;
  /** Family whose own provider serves the model, or null if only providers for several families serve it. */
  readonly family: ModelFamily | null;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /**
   * Names of the model by provider. A provider without an entry does not serve the model, except for the family's own
   * provider.
   */
  readonly names: Readonly<Record<string, string>>;
}

interface Entry {
  readonly model: string;
  readonly offer?: Model;
}

/** Contents of the catalog file, which is also the price table. Prices are in US dollars per million tokens. */
export const builtInPriceTable: unknown = catalog;

/** All models that Tembo offers, in the order of the catalog. */
export const models: readonly Model[] = (catalog.models as readonly Entry[]).flatMap(({ offer }) =>
  offer === undefined ? [] : [offer],
);

const byName = new Map<string, Model>();
for (const model of models) {
  for (const name of [model.name, ...Object.values(model.names)]) byName.set(name, model);
}

/**
 * Finds a model by its own name, its dated name or a provider's name for it. Returns null for a model that is not in
 * the catalog.
 */
export function findModel(name: string): Model | null {
  return (
    byName.get(name) ??
    byName.get(name.replace(/[-@]\d{8}$/, "")) ??
    // Strips the region prefix of Amazon's inference profiles. The rest is Amazon's name for a model version.
    byName.get(name.replace(/^[a-z-]+\.(?=anthropic\.)/, "")) ??
    null
  );
}

/** Patterns for the names of models outside the catalog, with or without a vendor prefix. */
const beginnings: readonly (readonly [RegExp, ModelFamily])[] = [
  [/(^|[./])claude-/, "anthropic"],
  [/(^|[/])gpt-/, "openai"],
  [/(^|[/])gemini-/, "gemini"],
];

/** Returns the family whose protocol is native to the model, or null if no family is native or the model is unknown. */
export function familyOf(name: string): ModelFamily | null {
  const model = findModel(name);
  if (model !== null) return model.family;
  return beginnings.find(([begin]) => begin.test(name))?.[1] ?? null;
}

/**
 * Returns the names of the providers that serve the model to harnesses of a family. The family's own provider comes
 * first.
 */
export function providersFor(
  model: Model,
  family: ModelFamily,
  providers: ModelProviders,
): readonly string[] {
  return providers
    .filter(({ name, families, keepsFamily }) => {
      if (!families.includes(family)) return false;
      if (name === family) return model.family === family;
      return Object.hasOwn(model.names, name) && !(keepsFamily && model.family !== family);
    })
    .map(({ name }) => name);
}
