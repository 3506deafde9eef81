/** Command that installs the dependencies that a lockfile in a repository's root names. */
export interface DependencyCommand {
  readonly lockfile: string;
  /** Program that must exist. Without it, the dependencies are not installed. */
  readonly program: string;
  readonly command: string;
}

/** Commands by language, with the most specific lockfile first. Only the first of each language that exists is used. */
const languages: readonly (readonly DependencyCommand[])[] = [
  [
    { lockfile: "package-lock.json", program: "npm", command: "npm ci" },
    { lockfile: "npm-shrinkwrap.json", program: "npm", command: "npm ci" },
    { lockfile: "pnpm-lock.yaml", program: "pnpm", command: "pnpm install --frozen-lockfile" },
    { lockfile: "yarn.lock", program: "yarn", command: "yarn install --frozen-lockfile" },
    { lockfile: "bun.lock", program: "bun", command: "bun install --frozen-lockfile" },
  ],
  [
    { lockfile: "uv.lock", program: "uv", command: "uv sync --frozen" },
    { lockfile: "poetry.lock", program: "poetry", command: "poetry install --no-interaction --no-root" },
    {
      lockfile: "requirements.txt",
      program: "python3",
      command: "python3 -m venv .venv && .venv/bin/python -m pip install --no-cache-dir -r requirements.txt",
    },
  ],
  [
    {
      lockfile: "Gemfile.lock",
      program: "bundle",
      command: 'bundle config set --global path "$HOME/.local/share/bundle" && bundle install',
    },
  ],
  [{ lockfile: "go.sum", program: "go", command: "go mod download" }],
  [{ lockfile: "Cargo.lock", program: "cargo", command: "cargo fetch --locked" }],
  [{ lockfile: "composer.lock", program: "composer", command: "composer install --no-interaction" }],
  [
    { lockfile: "pom.xml", program: "mvn", command: "mvn --batch-mode --quiet dependency:go-offline" },
    { lockfile: "gradle.lockfile", program: "gradle", command: "gradle --no-daemon --quiet dependencies" },
  ],
];

/** Names of all lockfiles whose content determines the dependencies. */
export const lockfiles: readonly string[] = languages.flat().map(({ lockfile }) => lockfile);

/** Returns the commands for a repository whose root has these files, at most one per language. Pure. */
export function dependencyCommands(files: ReadonlySet<string>): DependencyCommand[] {
  return languages.flatMap((choices) => choices.find(({ lockfile }) => files.has(lockfile)) ?? []);
}

/** Exit code of `guardedCommand` if the program is missing. Neither shells nor package managers use it. */
export const missingProgram = 97;

/** Returns the shell command that installs the dependencies, or exits with `missingProgram`. Pure. */
export const guardedCommand = ({ program, command }: DependencyCommand) =>
  `command -v ${program} >/dev/null 2>&1 || exit ${missingProgram}; ${command}`;
