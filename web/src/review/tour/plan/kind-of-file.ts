/** Kinds of files, in reading order. */
export const kinds = ["contract", "source", "test", "docs", "config", "generated"] as const;
export type FileKind = (typeof kinds)[number];

/** Rules in order of precedence. Each pattern is tested against the full path in lower case, with a leading slash. */
const rules: readonly (readonly [FileKind, RegExp])[] = [
  [
    "generated",
    /\/(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|cargo\.lock|go\.sum|poetry\.lock|uv\.lock|pipfile\.lock|gemfile\.lock|composer\.lock|packages\.lock\.json|flake\.lock|mix\.lock|pubspec\.lock)$/,
  ],
  [
    "generated",
    /\/(?:__snapshots__|dist|vendor|node_modules|generated|__generated__)\/|\.(?:snap|map|min\.js|min\.css)$|[._-](?:generated|gen|pb|pb2)\.\w+$/,
  ],
  ["test", /\/(?:__tests__|__mocks__|tests?|spec|specs|e2e|fixtures|testdata|testing)\//],
  ["test", /[._-](?:test|tests|spec)\.\w+$|\/test_[^/]*\.py$|\/conftest\.py$/],
  ["contract", /\/(?:migrations?|migrate|contracts?|schemas?|proto)\//],
  [
    "contract",
    /\.(?:sql|proto|graphql|gql|prisma|thrift|avsc|xsd)$|\/(?:openapi|swagger)[^/]*$|\/schema\.\w+$/,
  ],
  ["docs", /\.(?:md|mdx|rst|adoc|txt)$|\/docs?\/|\/(?:license|notice|authors|codeowners|changelog)$/],
  [
    "config",
    /\.(?:json|jsonc|json5|ya?ml|toml|ini|cfg|conf|properties|lock|mod|env)$|[.]config\.\w+$|\/\.[^/]+(?:$|\/)|\/(?:dockerfile|makefile|justfile|procfile|jenkinsfile)[^/]*$/,
  ],
];

export function kindOf(path: string): FileKind {
  const written = `/${path.toLowerCase()}`;
  return rules.find(([, pattern]) => pattern.test(written))?.[0] ?? "source";
}
