export interface EarlyStartFacts {
  /** Names in the workspace's folder and at the roots of its checkouts. */
  readonly names: readonly string[];
  /** Other names than hidden ones with which the harness may start programs, or undefined if they are unknown. */
  readonly startFiles: readonly string[] | undefined;
  /** True if the harness needs its vendor's service, which it reaches through the egress proxy. */
  readonly hasService: boolean;
  /** True if MCP connections belong to the session. They need the network, or run programs in the checkout. */
  readonly hasConnections: boolean;
}

/**
 * Hidden names, besides those that begin with `.git`, that no harness reads when it opens a conversation. Every other
 * hidden name may be the configuration of a harness, which can name hooks, MCP servers and extensions.
 */
const harmlessNames: ReadonlySet<string> = new Set([
  ".babelrc",
  ".browserslistrc",
  ".changeset",
  ".circleci",
  ".clang-format",
  ".devcontainer",
  ".dockerignore",
  ".editorconfig",
  ".env.example",
  ".eslintignore",
  ".eslintrc",
  ".eslintrc.cjs",
  ".eslintrc.json",
  ".golangci.yml",
  ".husky",
  ".mailmap",
  ".node-version",
  ".npmignore",
  ".nvmrc",
  ".pre-commit-config.yaml",
  ".prettierignore",
  ".prettierrc",
  ".prettierrc.json",
  ".python-version",
  ".rubocop.yml",
  ".ruby-version",
  ".tembo.json",
  ".travis.yml",
]);

/**
 * Returns the reason why the harness must not start before the prompt, or null if it may. A harness that starts in a
 * checkout with configuration for it runs programs of the repository. Pure.
 */
export function decideEarlyStart({
  names,
  startFiles,
  hasService,
  hasConnections,
}: EarlyStartFacts): string | null {
  if (hasService) return "the harness needs its vendor's service";
  if (hasConnections) return "the session has MCP connections";
  if (names.length > 0 && startFiles === undefined)
    return "the files with which the harness starts programs are unknown";
  const found = names.find(
    (name) =>
      startFiles?.includes(name) ||
      (name.startsWith(".") && !name.startsWith(".git") && !harmlessNames.has(name)),
  );
  return found === undefined ? null : `the checkout contains ${found}, which a harness may read`;
}
