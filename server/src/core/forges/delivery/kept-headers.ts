const secretName = /authorization|signature|token|secret|password|cookie|api-?key|credential/;

/**
 * Returns the request headers that may be stored and shown. Removes credentials, signatures and Tembo's own headers.
 * Pure.
 */
export function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !secretName.test(name) && !name.startsWith("x-tembo-") && !name.startsWith("x-hub-"),
    ),
  );
}
