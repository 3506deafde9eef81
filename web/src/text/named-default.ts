/**
 * Returns a function that labels a default option, such as "Default (Claude Opus 4.5)". Without a name, the function
 * returns only the label.
 */
export const namedDefault = (label: string) => (name: string | null) =>
  name === null ? label : `${label} (${name})`;
