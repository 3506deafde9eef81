import { lazily } from "./lazily.ts";

const alternatives = lazily(() => new Intl.ListFormat("en-US", { type: "disjunction" }));

/** Joins names as `A, B, or C`. */
export const formatAlternatives = (names: readonly string[]) => alternatives().format(names);
