import { createHash, randomBytes } from "node:crypto";
import { newId } from "../ids.ts";
import type { Ports } from "../ports/index.ts";
import type { Queries } from "../ports/store/store.ts";
import { refuseNul } from "../refuse-nul.ts";
import type { ApiKey } from "./api-key.ts";

const PREVIEW_LENGTH = 12;

/** Makes a key of 256 random bits; its token is returned here and never again. */
export async function createApiKey(
  ports: Pick<Ports, "store" | "clock">,
  { organizationId, userId, name }: Pick<ApiKey, "organizationId" | "userId" | "name">,
): Promise<{ readonly key: ApiKey; readonly token: string }> {
  refuseNul("name", name);
  const token = `tembo_${randomBytes(32).toString("base64url")}`;
  return {
    key: await saveApiKey(ports.store, { organizationId, userId, name, token, now: ports.clock.now() }),
    token,
  };
}

/** Stores a key whose token is given, like the operator's bootstrap key. */
export async function saveApiKey(
  queries: Queries,
  input: {
    readonly organizationId: string;
    readonly userId: string;
    readonly name: string | null;
    readonly token: string;
    readonly now: Date;
  },
): Promise<ApiKey> {
  const key: ApiKey = {
    id: newId(),
    organizationId: input.organizationId,
    userId: input.userId,
    name: input.name,
    tokenPreview: `${input.token.slice(0, Math.min(PREVIEW_LENGTH, Math.floor(input.token.length / 2)))}…`,
    createdAt: input.now,
    updatedAt: input.now,
    lastUsedAt: null,
  };
  await queries.apiKeys.insert(key, hashToken(input.token));
  return key;
}

/** Only this is stored. Tokens have 256 random bits, so a plain hash is enough. */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
