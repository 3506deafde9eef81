import { createHash } from "node:crypto";
import { AppError } from "../../base/index.ts";
import type { Preview } from "./preview.ts";

/** Settings that determine the address of previews. */
export interface PreviewSettings {
  readonly publicUrl: string;
  /** Domain whose subdomains are the host names of previews, or null if the server has none. */
  readonly previewDomain: string | null;
}

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
const slugLength = 16;
const label = /^(\d{1,5})-([a-z2-7]{16})$/;

/** Hosts of a server that only browsers on its own machine can reach, as `URL` writes them. */
const localHosts: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]", "0.0.0.0", "[::]"]);

/**
 * Returns the preview domain: the configured one, or `preview.localhost` for a server on this machine, because browsers
 * resolve all names below `localhost` to it. Returns null for another server without the setting. Throws
 * `invalid_input` if the dashboard's own host, or one of the other `hosts` at which the server is available, is in the
 * domain. A host may start with `*.`.
 */
export function choosePreviewDomain(
  configured: string | null,
  publicUrl: string,
  hosts: readonly string[] = [],
): string | null {
  const { hostname } = new URL(publicUrl);
  const domain = configured ?? (localHosts.has(hostname) ? "preview.localhost" : null);
  const own = [hostname, ...hosts].find(
    (host) => domain !== null && `.${host.replace(/^\*\./, "")}`.endsWith(`.${domain}`),
  );
  if (own !== undefined)
    throw new AppError(
      "invalid_input",
      `TEMBO_PREVIEW_DOMAIN is "${domain}", which contains the server's own host "${own}". Use a domain for previews alone, such as preview.example.com.`,
    );
  return domain;
}

/**
 * Returns the first label of a preview's host name: `<port>-<slug>`. The slug derives from the session, so a port keeps
 * its address, and no other session ever has it. A browser keeps storage and service workers under a host name.
 */
export function previewHostLabel({
  organizationId,
  sessionId,
  port,
}: Omit<Preview, "id" | "name" | "hostLabel" | "createdAt">): string {
  const digest = createHash("sha256").update(`preview\0${organizationId}\0${sessionId}`).digest();
  const slug = [...digest.subarray(0, slugLength)].map((byte) => alphabet[byte % alphabet.length]).join("");
  return `${port}-${slug}`;
}

/** Returns the origin of a preview's host, such as `https://3000-abcdefghijklmnop.preview.example.com`. */
export function previewOrigin(settings: PreviewSettings, hostLabel: string): string {
  const { protocol, port } = new URL(settings.publicUrl);
  return `${protocol}//${hostLabel}.${requirePreviewDomain(settings)}${port === "" ? "" : `:${port}`}`;
}

/** Returns the CSP source that matches the origins of all previews, or null if the server has no previews. */
export function previewSource(settings: PreviewSettings): string | null {
  return settings.previewDomain === null ? null : previewOrigin(settings, "*");
}

/** Returns the preview domain. Throws `conflict` if the server has none. */
export function requirePreviewDomain(settings: PreviewSettings): string {
  if (settings.previewDomain !== null) return settings.previewDomain;
  throw new AppError("conflict", describeMissingDomain(settings)!);
}

/** Returns the reason why the server has no previews, or null if it has a preview domain. */
export function describeMissingDomain({ publicUrl, previewDomain }: PreviewSettings): string | null {
  return previewDomain === null
    ? `Previews are off, because the server has no preview domain for ${new URL(publicUrl).host}. Its operator can set TEMBO_PREVIEW_DOMAIN.`
    : null;
}

/**
 * Returns the first label of a host name below the preview domain, `""` for any other name in the domain, or null if
 * the host is outside the domain. The label has the form of a preview's label, but its preview may not exist.
 */
export function parsePreviewHost(host: string | undefined, previewDomain: string | null): string | null {
  const name = /^([^:[\]]+?)\.?(?::\d{1,5})?$/.exec(host ?? "")?.[1]?.toLowerCase();
  if (name === undefined || previewDomain === null) return null;
  if (name === previewDomain) return "";
  if (!name.endsWith(`.${previewDomain}`)) return null;
  const first = name.slice(0, -previewDomain.length - 1);
  return label.test(first) ? first : "";
}

/** Returns the port of a host label, and the label of another port of the same session. */
export function parseHostLabel(hostLabel: string): {
  readonly port: number;
  readonly sibling: (port: number) => string;
} {
  const [, port = "", slug = ""] = label.exec(hostLabel) ?? [];
  return { port: Number(port), sibling: (other) => `${other}-${slug}` };
}

/** Returns an absolute URL on the origin for a path from a client, or the origin's root if the path leads elsewhere. */
export function urlWithin(origin: string, path: string): string {
  const url = URL.parse(path, origin);
  return url?.origin === origin ? `${origin}${url.pathname}${url.search}` : `${origin}/`;
}
