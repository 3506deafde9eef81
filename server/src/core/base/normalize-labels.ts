/** Returns the labels without repetitions, in alphabetical order, so that equal lists compare as equal. Pure. */
export const normalizeLabels = (labels: readonly string[]): string[] => [...new Set(labels)].sort();
