import { AppError, type Vault } from "../core/base/index.ts";

const purpose = "cursor";
/**
 * Length of the truncated signature. A short signature is sufficient, because a guessed cursor provides access only to lists that the user
 * can read anyway.
 */
const signatureBytes = 16;

/** List to which a cursor belongs: its name, its organization and its filters. */
export interface CursorScope {
  readonly list: string;
  readonly organizationId: string;
  readonly filter: unknown;
}

/** Encodes a position in a list as an opaque cursor, which is not valid for other lists or other filters. */
export function writeCursor(vault: Pick<Vault, "sign">, scope: CursorScope, position: unknown): string {
  const text = JSON.stringify(position);
  const signature = vault.sign(signed(scope, text), purpose).subarray(0, signatureBytes);
  return Buffer.concat([signature, Buffer.from(text)]).toString("base64url");
}

/** Returns the position that was passed to `writeCursor`. Throws `invalid_input` if the cursor was not written for exactly this scope. */
export function readCursor<Position>(
  vault: Pick<Vault, "isSigned">,
  scope: CursorScope,
  cursor: string,
): Position {
  const bytes = Buffer.from(cursor, "base64url");
  const text = bytes.subarray(signatureBytes).toString("utf8");
  const isCursor =
    bytes.toString("base64url") === cursor &&
    bytes.length > signatureBytes &&
    vault.isSigned(signed(scope, text), purpose, bytes.subarray(0, signatureBytes));
  if (isCursor) return JSON.parse(text) as Position;
  throw new AppError(
    "invalid_input",
    'The "cursor" does not belong to this list with these filters. Send "nextCursor" unchanged with the same filters, or omit "cursor" to start at the first page.',
    { field: "cursor" },
  );
}

const signed = ({ list, organizationId, filter }: CursorScope, text: string) =>
  JSON.stringify([list, organizationId, filter, text]);
