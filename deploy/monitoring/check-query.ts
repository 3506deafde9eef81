import { parser } from "@prometheus-io/lezer-promql";
import type { ListedMetric } from "../../scripts/metrics-reference.ts";

/** Labels of each metric, by the name that a query uses, such as `tembo_event_lag_seconds_bucket`. */
export type KnownMetrics = ReadonlyMap<string, ReadonlySet<string>>;

/** Labels that Prometheus adds to every sample. */
const addedLabels = ["job", "instance"];

export function listKnown(metrics: readonly ListedMetric[]): KnownMetrics {
  const known = new Map<string, ReadonlySet<string>>([["up", new Set(addedLabels)]]);
  for (const { name, type, labelNames } of metrics) {
    const labels = [...labelNames, ...addedLabels];
    if (type === "histogram") {
      known.set(`${name}_bucket`, new Set([...labels, "le"]));
      for (const end of ["_count", "_sum"]) known.set(`${name}${end}`, new Set(labels));
    } else known.set(name, new Set(labels));
  }
  return known;
}

type Tree = ReturnType<typeof parser.parse>;
type SyntaxNode = Tree["topNode"];

/**
 * Returns the problems of a PromQL query: syntax errors, and metrics and labels that do not exist. `labels` are labels that
 * the result must have, such as those of a legend.
 */
export function checkQuery(query: string, known: KnownMetrics, labels: readonly string[] = []): string[] {
  const problems: string[] = [];
  const textOf = ({ from, to }: SyntaxNode) => query.slice(from, to);
  const selectorsIn = (node: SyntaxNode) => [
    ...(node.name === "VectorSelector" ? [node] : []),
    ...find(node, "VectorSelector"),
  ];
  const requireLabel = (label: string, within: SyntaxNode) => {
    for (const selector of selectorsIn(within)) {
      const name = textOf(selector.getChild("Identifier") ?? selector);
      if (known.get(name)?.has(label) === false) problems.push(`${name} has no label ${label}`);
    }
  };
  const { topNode } = parser.parse(query);
  for (const { from } of find(topNode, "⚠")) problems.push(`syntax error at ${from}`);
  const selectors = selectorsIn(topNode);
  if (selectors.length === 0) problems.push("the query selects no metric");
  for (const selector of selectors) {
    const name = textOf(selector.getChild("Identifier") ?? selector);
    if (!known.has(name)) problems.push(`${name} does not exist`);
    for (const label of find(selector, "LabelName")) requireLabel(textOf(label), selector);
  }
  for (const modifier of ["AggregateModifier", "MatchingModifierClause"])
    for (const clause of find(topNode, modifier))
      for (const label of find(clause, "LabelName")) requireLabel(textOf(label), clause.parent!);
  for (const label of labels) requireLabel(label, topNode);
  return problems;
}

/** Returns the nodes with this name below a node, in order. */
function find(node: SyntaxNode, name: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === name) found.push(child);
    found.push(...find(child, name));
  }
  return found;
}
