/** Sign-in that a registry demands in `WWW-Authenticate`. */
export type Challenge =
  | { readonly scheme: "basic" }
  | {
      readonly scheme: "bearer";
      readonly realm: string;
      readonly service: string | null;
      readonly scope: string | null;
    };

const maxHeaderCharacters = 4_000;

/** Parses the header (RFC 9110 section 11.6.1). Returns null if it has no supported challenge. */
export function parseChallenge(header: string | null): Challenge | null {
  const text = (header ?? "").slice(0, maxHeaderCharacters).trim();
  if (/^basic(?:\s|$)/i.test(text)) return { scheme: "basic" };
  if (!/^bearer\s/i.test(text)) return null;
  const parameters = new Map<string, string>();
  for (const [, name, quoted, plain] of text.matchAll(/([a-z_]+)=(?:"([^"]*)"|([^\s,"]+))/gi))
    parameters.set(name!.toLowerCase(), quoted ?? plain!);
  const realm = parameters.get("realm");
  if (realm === undefined) return null;
  return {
    scheme: "bearer",
    realm,
    service: parameters.get("service") ?? null,
    scope: parameters.get("scope") ?? null,
  };
}
