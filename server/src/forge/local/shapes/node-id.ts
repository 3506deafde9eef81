/** Prefixes of GitHub's node IDs, one for each GraphQL type that the forge supports. */
const prefixes = ["I", "IC", "PR", "PRR", "PRRC"] as const;
type Prefix = (typeof prefixes)[number];

export interface NodeId {
  readonly prefix: Prefix;
  /** Repository number. */
  readonly repository: number;
  /** Number within the repository for pull requests and issues, or the ID for other types. */
  readonly number: number;
}

/** Returns a node ID, such as "PR_12_3". The node ID includes the repository, which determines who has access. */
export const nodeId = (prefix: Prefix, repository: { readonly number: number }, number: number) =>
  `${prefix}_${repository.number}_${number}`;

/** Parses a node ID. Returns null if it is invalid. */
export function readNodeId(text: string): NodeId | null {
  const [, name, repository, number] = /^([A-Z]+)_([1-9]\d{0,8})_([1-9]\d{0,8})$/.exec(text) ?? [];
  const prefix = prefixes.find((one) => one === name);
  return prefix === undefined ? null : { prefix, repository: Number(repository), number: Number(number) };
}
