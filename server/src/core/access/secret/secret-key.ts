import { AppError } from "../../base/index.ts";

/**
 * What decides how programs load, find each other or reach the network. A secret of such a name would change the
 * harness and its doors rather than hand something to the work.
 */
const reserved = [
  // The loader and the shell.
  /^(LD|DYLD)_/,
  /^(PATH|HOME|SHELL|USER|LOGNAME|PWD|OLDPWD|IFS|ENV|BASH_ENV|BASHOPTS|SHELLOPTS|PROMPT_COMMAND|TMPDIR|TERM)$/,
  /^XDG_/,
  // Runtimes, which run or trust what these name.
  /^NODE_(OPTIONS|PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|REPL_EXTERNAL_MODULE)$/,
  /^(PYTHONSTARTUP|PYTHONPATH|PYTHONHOME|PERL5OPT|PERL5LIB|RUBYOPT|RUBYLIB|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS)$/,
  // The doors: the way out, whom to trust there, and git's own.
  /_PROXY$/i,
  /^(SSL_CERT_(FILE|DIR)|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE)$/,
  /^GIT_(CONFIG|SSH|PROXY|EXEC|DIR|WORK_TREE|ASKPASS|INDEX|OBJECT|ALTERNATE|SSL|TEMPLATE|EXTERNAL|EDITOR|PAGER|COMMON_DIR|NAMESPACE)/,
  // Where the harness finds its model, and how it runs.
  /^(ANTHROPIC|OPENAI|GEMINI|GOOGLE_GEMINI|GOOGLE_VERTEX)_BASE_URL$/,
  /^(CLAUDE_CODE|CODEX|OPENCODE|TEMBO)_/,
];

/** True for a name that a sandbox's environment may have. */
export function isInjectable(key: string): boolean {
  return isVariableName(key) && !isReserved(key);
}

/** Throws `invalid_input` for a name that could never be injected. */
export function requireSecretKey(key: string): void {
  if (!isVariableName(key)) {
    throw new AppError(
      "invalid_input",
      `The key ${JSON.stringify(key)} is no name of an environment variable: begin with a letter or "_", and go on with letters, digits and "_".`,
    );
  }
  if (isReserved(key)) {
    throw new AppError(
      "invalid_input",
      `The key ${key} is reserved, as that variable changes how programs run in the sandbox. Choose another name.`,
    );
  }
}

const isVariableName = (key: string) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(key);
const isReserved = (key: string) => reserved.some((pattern) => pattern.test(key));
