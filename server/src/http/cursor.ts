import { AppError, type Vault } from "../core/base/index.ts";

const purpose = "cursor";
/** Enough of the signature: who guesses reads a place in a list that they may read anyway. */
const signatureBytes = 16;

/** Where a page of one list ends, and of which list: its name, its organization, its filters. */
export interface CursorScope {
  readonly list: string;
  readonly organizationId: string;
  readonly filter: unknown;
}

/** A place in a list as a client holds it: opaque, and of no use for another list or other filters. */
export function writeCursor(vault: Pick<Vault, "sign">, scope: CursorScope, position: unknown): string {
  const text = JSON.stringify(position);
  const signature = vault.sign(signed(scope, text), purpose).subarray(0, signatureBytes);
  return Buffer.concat([signature, Buffer.from(text)]).toString("base64url");
}

/** The position that `writeCursor` was given. Throws `invalid_input` for what it did not write for this very scope. */
export function readCursor<Position>(
  vault: Pick<Vault, "isSigned">,
  scope: CursorScope,
  cursor: string,
): Position {
  const bytes = Buffer.from(cursor, "base64url");
  const text = bytes.subarray(signatureBytes).toString("utf8");
  const isOurs =
    bytes.toString("base64url") === cursor &&
    bytes.length > signatureBytes &&
    vault.isSigned(signed(scope, text), purpose, bytes.subarray(0, signatureBytes));
  if (isOurs) return JSON.parse(text) as Position;
  throw new AppError(
    "invalid_input",
    'The "cursor" is not of this list with these filters; give "nextCursor" as it came, with the same filters, or leave it out to begin at the first page.',
    { field: "cursor" },
  );
}

const signed = ({ list, organizationId, filter }: CursorScope, text: string) =>
  JSON.stringify([list, organizationId, filter, text]);
