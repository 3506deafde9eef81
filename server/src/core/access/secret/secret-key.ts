import { AppError } from "../../base/index.ts";

/**
 * Variables that control how programs are loaded, find other programs or access the network. A secret with such a name
 * would reconfigure the harness or its proxies.
 */
const reserved = [
  // The loader and the shell.
  /^(LD|DYLD)_/,
  /^(PATH|HOME|SHELL|USER|LOGNAME|PWD|OLDPWD|IFS|ENV|BASH_ENV|BASHOPTS|SHELLOPTS|PROMPT_COMMAND|TMPDIR|TERM)$/,
  /^XDG_/,
  // Language runtimes, which run or trust the files that these variables name.
  /^NODE_(OPTIONS|PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|REPL_EXTERNAL_MODULE)$/,
  /^(PYTHONSTARTUP|PYTHONPATH|PYTHONHOME|PERL5OPT|PERL5LIB|RUBYOPT|RUBYLIB|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS)$/,
  // The egress proxy, trusted certificates and git's own settings.
  /_PROXY$/i,
  /^(SSL_CERT_(FILE|DIR)|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE)$/,
  /^GIT_(CONFIG|SSH|PROXY|EXEC|DIR|WORK_TREE|ASKPASS|INDEX|OBJECT|ALTERNATE|SSL|TEMPLATE|EXTERNAL|EDITOR|PAGER|COMMON_DIR|NAMESPACE)/,
  // The model endpoint and the harness's own options.
  /^(ANTHROPIC|OPENAI|GEMINI|GOOGLE_GEMINI|GOOGLE_VERTEX)_BASE_URL$/,
  /^(CLAUDE_CODE|CODEX|OPENCODE|TEMBO)_/,
];

/** True if a sandbox's environment may contain a variable of this name. */
export function isInjectable(key: string): boolean {
  return isVariableName(key) && !isReserved(key);
}

/** Throws `invalid_input` for a name that is not a variable name or is reserved. */
export function requireSecretKey(key: string): void {
  if (!isVariableName(key)) {
    throw new AppError(
      "invalid_input",
      `The key ${JSON.stringify(key)} is not a valid environment variable name. Start with a letter or "_", and use only letters, digits and "_".`,
    );
  }
  if (isReserved(key)) {
    throw new AppError(
      "invalid_input",
      `The key ${key} is reserved, because this variable changes how programs run in the sandbox. Choose another name.`,
    );
  }
}

const isVariableName = (key: string) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(key);
const isReserved = (key: string) => reserved.some((pattern) => pattern.test(key));
