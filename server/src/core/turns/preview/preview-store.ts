import type { Preview, PreviewCode, PreviewGrant, PreviewShare } from "./preview.ts";

export interface PreviewQueries {
  /** Lists the previews of a session, by port. */
  list(sessionId: string): Promise<readonly Preview[]>;
  find(sessionId: string, id: string): Promise<Preview | null>;
  findByHost(hostLabel: string): Promise<Preview | null>;
  insert(preview: Preview): Promise<void>;
  setName(id: string, name: string): Promise<void>;
  /** Deletes the preview with its share links, codes and grants. Returns false if it does not exist. */
  delete(sessionId: string, id: string): Promise<boolean>;
}

export interface PreviewShareQueries {
  /** Lists the valid share links of a preview, newest first. */
  list(previewId: string, now: Date): Promise<readonly PreviewShare[]>;
  findByTokenHash(tokenHash: Buffer, now: Date): Promise<PreviewShare | null>;
  /** Inserts the share link, and deletes the preview's expired ones. */
  insert(share: PreviewShare, tokenHash: Buffer): Promise<void>;
  /** Deletes the share link with its codes and grants. Returns false if the preview has no such link. */
  delete(previewId: string, id: string): Promise<boolean>;
}

/** Codes and grants. The store keeps only hashes of their tokens. */
export interface PreviewGrantQueries {
  /** Deletes expired codes, then inserts the code. Returns false if the holder has reached `maxCodes`. */
  insertCode(
    code: PreviewCode,
    tokenHash: Buffer,
    limits: { readonly now: Date; readonly maxCodes: number },
  ): Promise<boolean>;
  /** Redeems a code. Succeeds only once across all servers. Returns null if the code is unknown or expired. */
  takeCode(tokenHash: Buffer, now: Date): Promise<PreviewCode | null>;
  /** Deletes expired grants, and the holder's oldest grants of the preview beyond `maxGrants`, and inserts the grant. */
  insert(
    grant: PreviewGrant,
    tokenHash: Buffer,
    limits: { readonly now: Date; readonly maxGrants: number },
  ): Promise<void>;
  /** Finds a grant that has not expired, with its preview and the share link that it was created with. */
  find(tokenHash: Buffer, now: Date): Promise<FoundGrant | null>;
}

export interface FoundGrant {
  readonly preview: Preview;
  readonly apiKeyId: string | null;
  /** The share link, or null if the grant was created by a person. */
  readonly share: Pick<PreviewShare, "id" | "createdBy" | "expiresAt"> | null;
}
