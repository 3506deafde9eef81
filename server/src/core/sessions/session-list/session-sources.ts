import { createHash } from "node:crypto";
import type { Integration } from "../../forges/index.ts";
import type { SessionsPorts } from "../ports.ts";
import type { SessionSource } from "../session/session.ts";

/** A source of sessions: the API, the built-in forge or an integration. */
export interface KnownSource {
  readonly id: string;
  /** Value for `SessionFilter.sources`: `api`, `local`, or the ID of the integration. */
  readonly key: string;
  readonly name: string;
  /** `api`, `local`, or the name of a forge. */
  readonly type: string;
  /** Integration, or null for the API and the built-in forge. */
  readonly integration: Integration | null;
}

const pageLength = 100;
const maxPages = 10;

/** Returns the sources of an organization, sorted by ID, with at most the newest 1,000 integrations. */
export async function listSessionSources(
  { store }: Pick<SessionsPorts, "store">,
  organizationId: string,
): Promise<KnownSource[]> {
  const sources = [apiSource(organizationId), localSource(organizationId)];
  let cursor: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const { items, nextCursor } = await store.integrations.list(organizationId, {
      limit: pageLength,
      ...(cursor !== undefined && { cursor }),
    });
    sources.push(...items.map(integrationSource));
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return sources.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * Returns the source of a session. `integration` is the integration of the repository in which the session started.
 */
export function sourceOf(
  organizationId: string,
  source: SessionSource | null,
  integration: Pick<Integration, "id" | "displayName" | "forge"> | null,
): Pick<KnownSource, "id" | "name" | "type"> {
  if (source === null) return apiSource(organizationId);
  if (integration === null) return localSource(organizationId);
  return { id: integration.id, name: integration.displayName, type: integration.forge };
}

const apiSource = (organizationId: string): KnownSource => always(organizationId, "api", "API");
const localSource = (organizationId: string): KnownSource =>
  always(organizationId, "local", "Built-in forge");

function always(organizationId: string, key: string, name: string): KnownSource {
  return { id: idOf(`${organizationId}\n${key}`), key, name, type: key, integration: null };
}

function integrationSource(integration: Integration): KnownSource {
  const { id, displayName, forge } = integration;
  return { id, key: id, name: displayName, type: forge, integration };
}

/** Caches IDs, because lists repeat the same few sources. The cache is cleared when it is full. */
const ids = new Map<string, string>();
const maxIds = 1_000;

function idOf(text: string): string {
  let id = ids.get(text);
  if (id === undefined) {
    if (ids.size >= maxIds) ids.clear();
    id = derivedId(text);
    ids.set(text, id);
  }
  return id;
}

/** Returns a UUIDv8 (RFC 9562 section 5.8) that depends only on the text. */
function derivedId(text: string): string {
  const bytes = createHash("sha256").update(`session source\n${text}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
