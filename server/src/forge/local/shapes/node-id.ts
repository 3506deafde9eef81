/** What GraphQL can be asked about, by the prefix that GitHub gives its ids. */
const prefixes = ["I", "IC", "PR", "PRR", "PRRC"] as const;
type Prefix = (typeof prefixes)[number];

export interface NodeId {
  readonly prefix: Prefix;
  /** The repository's own number. */
  readonly repository: number;
  /** Of pull requests and issues the number in the repository, of everything else its id. */
  readonly number: number;
}

/** "PR_12_3": it leads to its repository, by which it is decided who may see it. */
export const nodeId = (prefix: Prefix, repository: { readonly number: number }, number: number) =>
  `${prefix}_${repository.number}_${number}`;

/** Null for what is no such id. */
export function readNodeId(text: string): NodeId | null {
  const [, name, repository, number] = /^([A-Z]+)_([1-9]\d{0,8})_([1-9]\d{0,8})$/.exec(text) ?? [];
  const prefix = prefixes.find((one) => one === name);
  return prefix === undefined ? null : { prefix, repository: Number(repository), number: Number(number) };
}
