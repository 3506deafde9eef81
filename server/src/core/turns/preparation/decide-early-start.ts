export interface EarlyStartFacts {
  /** Names in the workspace's folder, which is the working directory unless there is one checkout. */
  readonly workspaceNames: readonly string[];
  /** Names at the roots of the checkouts. */
  readonly checkoutNames: readonly string[];
  /** Names in HOME, with the contents of `.cache` as paths. */
  readonly homeNames: readonly string[];
  /** Other names than hidden ones with which the harness may start programs, or undefined if they are unknown. */
  readonly startFiles: readonly string[] | undefined;
  /** True if the harness needs its vendor's service, which it reaches through the egress proxy. */
  readonly hasService: boolean;
  /** True if MCP connections belong to the session. They need the network, or run programs in the checkout. */
  readonly hasConnections: boolean;
  /** True if a build or an image wrote the sandbox's system, whose programs and libraries would run. */
  readonly hasOwnSystem: boolean;
  /** True if the environment may have brought a repository at the path of a submodule. */
  readonly hasForeignSubmodules: boolean;
  /** True if a repository has a `setupScript`. */
  readonly hasSetup: boolean;
  /** True if the turn installs changed dependencies. */
  readonly installsDependencies: boolean;
  /** True if a start script follows the services. */
  readonly hasStartScript: boolean;
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
  ".gradle",
  ".husky",
  ".mailmap",
  ".mypy_cache",
  ".next",
  ".node-version",
  ".npmignore",
  ".nvmrc",
  ".pre-commit-config.yaml",
  ".prettierignore",
  ".prettierrc",
  ".prettierrc.json",
  ".pytest_cache",
  ".python-version",
  ".rubocop.yml",
  ".ruby-version",
  ".ruff_cache",
  ".tembo.json",
  ".tox",
  ".travis.yml",
  ".turbo",
  ".venv",
]);

/**
 * Hidden names in HOME that neither a harness reads when it opens a conversation, nor a shell or git that it starts: files
 * of package managers, compilers and interpreters that are not on the PATH. Caches of harnesses are not in the list,
 * because a harness loads programs from its own.
 */
const harmlessHomeNames: ReadonlySet<string> = new Set([
  ".bash_history",
  ".bundle",
  ".cabal",
  ".cache/composer",
  ".cache/Cypress",
  ".cache/go-build",
  ".cache/golangci-lint",
  ".cache/ms-playwright",
  ".cache/node-gyp",
  ".cache/pip",
  ".cache/pnpm",
  ".cache/pre-commit",
  ".cache/puppeteer",
  ".cache/pypoetry",
  ".cache/uv",
  ".cache/yarn",
  ".cargo",
  ".composer",
  ".dotnet",
  ".gem",
  ".gradle",
  ".hex",
  ".m2",
  ".mix",
  ".npm",
  ".nuget",
  ".nvm",
  ".pub-cache",
  ".pyenv",
  ".python_history",
  ".rbenv",
  ".rustup",
  ".stack",
  ".wget-hsts",
]);

/**
 * Returns the reason why the harness must not start before the prompt, or null if it may. A harness that starts beside
 * configuration for it runs programs of the repository or the build, and one that starts before a script does not read the
 * configuration that the script writes. Services may start after the harness, because only its prompts use them. Pure.
 */
export function decideEarlyStart(facts: EarlyStartFacts): string | null {
  const { workspaceNames, checkoutNames, homeNames, startFiles } = facts;
  if (facts.hasService) return "the harness needs its vendor's service";
  if (facts.hasConnections) return "the session has MCP connections";
  if (facts.hasOwnSystem) return "the system is part of the environment";
  if (facts.hasForeignSubmodules) return "a checkout from the environment has submodules";
  if (facts.hasSetup) return "a setupScript runs before the harness";
  if (facts.installsDependencies) return "changed dependencies are installed before the harness starts";
  if (facts.hasStartScript) return "a start script runs before the harness";
  const names = [...workspaceNames, ...checkoutNames];
  if (names.length + homeNames.length > 0 && startFiles === undefined)
    return "the files with which the harness starts programs are unknown";
  const mayRead = (name: string, isHarmless: boolean) =>
    startFiles?.includes(name) || (name.startsWith(".") && !isHarmless);
  const inCheckout =
    workspaceNames.find((name) => repositoryNames.has(name)) ??
    names.find((name) => mayRead(name, name.startsWith(".git") || harmlessNames.has(name)));
  if (inCheckout !== undefined) return `the workspace contains ${inCheckout}, which a harness may read`;
  const inHome = homeNames.find((name) => mayRead(name, harmlessHomeNames.has(name)));
  return inHome === undefined ? null : `HOME contains ${inHome}, which a harness may read`;
}

/**
 * Names that make the workspace's folder itself a repository (gitrepository-layout(5)), whose configuration can name
 * programs. Host git replaces the `.git` of each checkout.
 */
const repositoryNames: ReadonlySet<string> = new Set([".git", "HEAD"]);
