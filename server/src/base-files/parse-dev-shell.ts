import { z } from "zod";
import { AppError } from "../core/base/index.ts";

const schema = z.object({
  variables: z.record(z.string(), z.object({ type: z.string(), value: z.unknown() })),
});

/** Variables that the sandbox, its shells or a builder of Nix set for themselves. */
const omitted = new Set([
  ...["HOME", "USER", "LOGNAME", "LANG", "TMPDIR", "TMP", "TEMP", "TEMPDIR", "TERM", "TZ"],
  ...["SHELL", "SHLVL", "PWD", "OLDPWD", "UID", "PPID", "BASHOPTS", "SHELLOPTS"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "NODE_USE_ENV_PROXY"],
  // The standard environment of nixpkgs sets them to a file that does not exist.
  ...["SSL_CERT_FILE", "NIX_SSL_CERT_FILE"],
  ...["NIX_BUILD_TOP", "NIX_BUILD_CORES", "NIX_LOG_FD", "NIX_ENFORCE_PURITY", "NIX_REMOTE"],
]);

/** See `BaseFiles.parseDevShell`. Pure. */
export function parseDevShell(content: Buffer, path: string): Record<string, string> {
  const { variables } = parse(content.toString("utf8"), path);
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, { type, value }]) =>
      type === "exported" && typeof value === "string" && isKept(name, value) ? [[name, value]] : [],
    ),
  );
}

/** The names of a derivation's own attributes, such as `out` and `buildInputs`, have lowercase letters. */
const isKept = (name: string, value: string) =>
  /^[A-Z][A-Z0-9_]*$/.test(name) &&
  !omitted.has(name) &&
  !name.startsWith("TEMBO_") &&
  !value.includes("\0") &&
  !(name === "PATH" && value === "");

function parse(text: string, path: string): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError(
      "invalid_input",
      `Nix described the dev shell of ${path} in a form that this server cannot read. Use Nix 2.4 or newer.`,
      { cause },
    );
  }
}
