import assert from "node:assert/strict";
import axe from "axe-core";
import type { Page } from "playwright-core";

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary?: string }[];
}

/**
 * Asserts that, on the page in its current state, axe finds no serious or critical violation of WCAG 2.2 A and AA or of
 * axe's best practices.
 */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(axe.source);
  // This code is a string, because it runs in the page, whose globals differ from those of a test.
  const { violations } = (await page.evaluate(
    `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"] })`,
  )) as { readonly violations: readonly Finding[] };
  const serious = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id} ${String(node.target)}: ${node.failureSummary}`));
  assert.deepEqual(serious, [], what);
}
