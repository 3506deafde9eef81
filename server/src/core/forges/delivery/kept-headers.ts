const secretName = /authorization|signature|token|secret|password|cookie|api-?key|credential/;

/** The headers of a request as they may be kept and shown: without what proves anything, and without names of our own. Pure. */
export function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !secretName.test(name) && !name.startsWith("x-tembo-") && !name.startsWith("x-hub-"),
    ),
  );
}
