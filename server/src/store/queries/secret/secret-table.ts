import type { CredentialName, SealedSecret, Secret, SecretBinding } from "../../../core/access/index.ts";
import { bytes, integer, json, text, timestamp, uuid } from "../column.ts";
import { type RowOf, table } from "../table.ts";

export const sealedSecrets = table("secrets", {
  id: uuid,
  organizationId: uuid,
  key: text.named("name"),
  version: integer,
  binding: json<SecretBinding>().orNull(),
  createdAt: timestamp,
  updatedAt: timestamp,
  sealed: bytes,
  masterKeyId: text,
});

export const secrets = sealedSecrets.without("sealed", "masterKeyId");

export type SealedRow = RowOf<typeof sealedSecrets>;

export const toSealedSecret = ({ sealed, masterKeyId, ...secret }: SealedRow): SealedSecret => ({
  secret,
  sealed: { bytes: sealed, masterKeyId },
});

export const fromSealedSecret = (
  secret: Secret,
  { bytes, masterKeyId }: SealedSecret["sealed"],
): SealedRow => ({
  ...secret,
  sealed: bytes,
  masterKeyId,
});

export const credentials = table("secrets", {
  id: uuid,
  organizationId: uuid,
  kind: text.as<CredentialName["kind"]>(),
  name: text,
  version: integer,
  sealed: bytes,
  masterKeyId: text,
  createdAt: timestamp,
  updatedAt: timestamp,
});
