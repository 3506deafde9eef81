import type { ModelFamily } from "../harness/harness-info.ts";
import catalogue from "./catalogue.json" with { type: "json" };
import type { ModelProviders } from "./provider.ts";

/** A model that is offered. Others can be named as well: new ones appear daily. */
export interface Model {
  /** As its own provider calls it, without a date. */
  readonly name: string;
  readonly displayName: string;
  /** Whose model it is, for people: `Anthropic`. */
  readonly maker: string;
  /** The family whose provider serves it; null for one that only providers of several families serve. */
  readonly family: ModelFamily | null;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** Its names by the name of the provider. A provider that is not among them does not serve it, except its family's own. */
  readonly names: Readonly<Record<string, string>>;
}

interface Entry {
  readonly model: string;
  readonly offer?: Model;
}

/** The file itself, which is the table of prices too: US dollars per million tokens for each model. */
export const builtInPriceTable: unknown = catalogue;

/** Every model that is offered, in the order of the catalogue. */
export const models: readonly Model[] = (catalogue.models as readonly Entry[]).flatMap(({ offer }) =>
  offer === undefined ? [] : [offer],
);

const byName = new Map<string, Model>();
for (const model of models) {
  for (const name of [model.name, ...Object.values(model.names)]) byName.set(name, model);
}

/** The model of any of its names: its own, one with a date, or what a provider calls it. Null for one that is not offered. */
export function findModel(name: string): Model | null {
  return (
    byName.get(name) ??
    byName.get(name.replace(/[-@]\d{8}$/, "")) ??
    // The regions of Amazon's inference profiles, and of Amazon's own spelling of a version.
    byName.get(name.replace(/^[a-z-]+\.(?=anthropic\.)/, "")) ??
    null
  );
}

/** How names of models that are in no catalogue begin, with or without a maker before them. */
const beginnings: readonly (readonly [RegExp, ModelFamily])[] = [
  [/(^|[./])claude-/, "anthropic"],
  [/(^|[/])gpt-/, "openai"],
  [/(^|[/])gemini-/, "gemini"],
];

/** The family whose protocol is a model's own; null for one that has none here, or that nobody can tell. */
export function familyOf(name: string): ModelFamily | null {
  const model = findModel(name);
  if (model !== null) return model.family;
  return beginnings.find(([begin]) => begin.test(name))?.[1] ?? null;
}

/** Names of the providers that serve the model to harnesses of a family, the family's own first. */
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
