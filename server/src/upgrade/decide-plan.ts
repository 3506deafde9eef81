/** Migrations that an upgrade applies, and whether the version before it can still run afterwards. */
export interface MigrationPlan {
  /** Newest applied migration, or null in an empty database. */
  readonly newestApplied: string | null;
  readonly pending: readonly string[];
  /** True if a version whose newest migration is `newestApplied` still starts on the migrated database (ADR 50). */
  readonly keepsPrevious: boolean;
}

/**
 * Decides which migrations are pending. The version before the upgrade keeps running if its newest migration is not older than
 * the required migration, which a pending migration may raise. A database without that table is older than this rule. Pure.
 */
export function decidePlan(
  known: readonly { readonly name: string; readonly text: string }[],
  applied: ReadonlySet<string>,
  required: string | null,
): MigrationPlan {
  const newestApplied = [...applied].sort().at(-1) ?? null;
  const pending = known.filter(({ name }) => !applied.has(name));
  const raised = pending.flatMap(({ text }) => findRequired(text)).at(-1);
  const requiredAfter = raised ?? required;
  const isAbove = requiredAfter === null || (newestApplied !== null && newestApplied >= requiredAfter);
  return {
    newestApplied,
    pending: pending.map(({ name }) => name),
    keepsPrevious: pending.length === 0 || (requiredAfter !== null && isAbove),
  };
}

/** Returns the migrations that the statements of a migration require, in order. */
export function findRequired(text: string): string[] {
  const statements = text.matchAll(
    /\b(?:update|insert\s+into)\s+required_migration\b[^;]*'(\d{4}-[a-z0-9-]+\.sql)'/gi,
  );
  return [...statements].map(([, name]) => name!);
}
