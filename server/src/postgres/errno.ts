/** True if a caught value is an error with one of these codes (errno names, or SQLSTATE for PostgreSQL's errors). */
export function isCode(cause: unknown, ...codes: string[]): boolean {
  return cause instanceof Error && "code" in cause && codes.includes(String(cause.code));
}
