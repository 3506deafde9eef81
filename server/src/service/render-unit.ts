import { readFile } from "node:fs/promises";
import { AppError } from "../core/base/index.ts";

export const serviceRoles = ["start", "server", "worker"] as const;
export type ServiceRole = (typeof serviceRoles)[number];

export interface UnitOptions {
  readonly role: ServiceRole;
  /** Absolute path of Node, and of the command's main module. */
  readonly program: readonly [node: string, main: string];
  /** Absolute path of the file with the settings, or null for `usualEnvironmentFile`, which may be missing. */
  readonly environmentFile: string | null;
  /** User that runs the service, or null for root. */
  readonly user: string | null;
}

const roles: Readonly<Record<ServiceRole, { readonly description: string; readonly stopTimeout: string }>> = {
  start: { description: "Tembo", stopTimeout: "2min" },
  server: { description: "Tembo server", stopTimeout: "2min" },
  // The default of TEMBO_DRAIN_MINUTES and two minutes more.
  worker: { description: "Tembo worker", stopTimeout: "12min" },
};

const usualEnvironmentFile = "/etc/tembo.env";

const template = new URL("../../../deploy/systemd/tembo.service.in", import.meta.url);

/** Name of the unit of a role. */
export const unitName = (role: ServiceRole): string =>
  role === "start" ? "tembo.service" : `tembo-${role}.service`;

/** Renders the unit from its template. Throws `invalid_input` if a value cannot be part of a unit. */
export async function renderUnit({ role, program, environmentFile, user }: UnitOptions): Promise<string> {
  if (user !== null && !/^[a-z_][a-z0-9_-]{0,31}$/.test(user))
    throw new AppError("invalid_input", `"${user}" is not the name of a user.`);
  const values: Readonly<Record<string, string>> = {
    DESCRIPTION: roles[role].description,
    USER: user === null ? "" : `User=${user}`,
    ENVIRONMENT_FILE: environmentFile === null ? `-${usualEnvironmentFile}` : checkedPath(environmentFile),
    COMMAND: [...program, role].map(quoteWord).join(" "),
    STOP_TIMEOUT: roles[role].stopTimeout,
  };
  const text = await readFile(template, "utf8");
  const unit = text.replaceAll(/\{\{([A-Z_]+)\}\}/g, (_whole, name: string) => values[name]!);
  return unit
    .replace(/^#.*\n/, `# Written by "tembo service install ${role}".\n`)
    .replace("Type=exec\n\n", "Type=exec\n");
}

/** Returns the path as a whole value of a unit, where a line break adds a line and a backslash at the end continues it. */
function checkedPath(path: string): string {
  if (!path.startsWith("/"))
    throw new AppError("invalid_input", `Use an absolute path for the environment file instead of ${path}.`);
  if (/\p{Cc}|[\s\\]$/u.test(path))
    throw new AppError(
      "invalid_input",
      "The path of the environment file contains a line break or another control character, or ends with a space or a backslash.",
    );
  return escapeSpecifiers(path);
}

/** Quotes a word of a command line: see "Quoting" in systemd.syntax(7). */
function quoteWord(word: string): string {
  if (/[\n\0]/.test(word))
    throw new AppError("invalid_input", "A path of the command contains a line break.");
  const escaped = escapeSpecifiers(word).replaceAll("$", "$$$$");
  return /^[\w@%+=:,./$-]+$/.test(escaped) ? escaped : `"${escaped.replaceAll(/["\\]/g, "\\$&")}"`;
}

const escapeSpecifiers = (text: string) => text.replaceAll("%", "%%");
