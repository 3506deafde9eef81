import { lazily } from "./lazily.ts";

// British lists have no serial comma.
const conjunctions = lazily(() => new Intl.ListFormat("en-GB", { type: "conjunction" }));
const alternatives = lazily(() => new Intl.ListFormat("en-GB", { type: "disjunction" }));

/** Joins names as `A, B or C`. */
export const formatAlternatives = (names: readonly string[]) => alternatives().format(names);

/** Joins names as `A, B and C`. */
export const formatConjunction = (names: readonly string[]) => conjunctions().format(names);
