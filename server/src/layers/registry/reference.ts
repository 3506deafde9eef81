import { canonicalHost } from "../../core/access/index.ts";
import { AppError } from "../../core/base/index.ts";

/** Parsed name of an image. */
export interface ImageReference {
  /** URL of the registry, without a trailing slash. */
  readonly origin: string;
  /** Name of the registry as people write it. */
  readonly registry: string;
  readonly repository: string;
  /** Tag, or digest if the reference has one. */
  readonly version: string;
}

const defaultRegistry = "docker.io";
/** Host of the registry that `docker.io` stands for. */
const defaultHost = "registry-1.docker.io";
const component = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const namePattern = new RegExp(`^${component}(?:/${component})*$`);
const digestPattern = /^sha256:[0-9a-f]{64}$/;
const tagPattern = /^[\w][\w.-]{0,127}$/;
const maxNameCharacters = 255;

/**
 * Parses a reference like the docker command: without a registry, the image is on Docker Hub, and without a tag, it is `latest`. Throws
 * `invalid_input` if the reference is malformed.
 */
export function parseReference(text: string): ImageReference {
  const [beforeDigest, digest, ...more] = text.split("@");
  const parts = beforeDigest!.split("/");
  // Only a registry has a dot, a port or the name localhost.
  const hasRegistry = parts.length > 1 && /[.:]|^localhost$/.test(parts[0]!);
  const registry = hasRegistry ? parts.shift()! : defaultRegistry;
  const [name, tag, ...extra] = parts.join("/").split(":");
  const repository = registry === defaultRegistry && !name!.includes("/") ? `library/${name}` : name!;
  const isValid =
    more.length === 0 &&
    extra.length === 0 &&
    repository.length <= maxNameCharacters &&
    namePattern.test(repository) &&
    (tag === undefined || tagPattern.test(tag)) &&
    (digest === undefined || digestPattern.test(digest));
  const origin = isValid ? originOf(registry) : null;
  if (origin === null)
    throw new AppError(
      "invalid_input",
      `"${text.slice(0, 300)}" is not the name of an image. Use a name such as "debian:13" or "ghcr.io/owner/name@sha256:...".`,
    );
  return { origin, registry, repository, version: digest ?? tag ?? "latest" };
}

export const isDigest = (version: string): version is `sha256:${string}` => digestPattern.test(version);

/** Returns true if both names of registries lead to the same one. Pure. */
export const isSameRegistry = (one: string, other: string): boolean => {
  const origin = originOf(one.toLowerCase());
  return origin !== null && origin === originOf(other.toLowerCase());
};

/** Registries use TLS. Like the docker command, the server uses plain HTTP for loopback addresses only. */
function originOf(registry: string): string | null {
  if (registry === defaultRegistry) return `https://${defaultHost}`;
  const match = /^(.*?)(?::(\d{1,5}))?$/.exec(registry)!;
  const host = canonicalHost(match[1]!);
  if (host === null) return null;
  const isLoopback = host === "localhost" || /^127\.\d+\.\d+\.\d+$/.test(host);
  return URL.parse(`${isLoopback ? "http" : "https"}://${registry}`)?.origin ?? null;
}
