import { AppError, refuseNul } from "../../base/index.ts";
import { formatHostPort } from "../egress/canonical-host.ts";
import type { EgressRule } from "../egress/egress-policy.ts";
import { parseEgressRule } from "../egress/parse-egress-rule.ts";
import { checkBinding, requireHeaderValue } from "../secret/secret-binding.ts";
import { isInjectable } from "../secret/secret-key.ts";
import { type McpServerSetup, type McpValues, serverNameOf } from "./mcp-connection.ts";

const MAX_VALUES = 50;
const MAX_VALUE_LENGTH = 64_000;
/** Name of the server that provides the session's own tools. */
const OWN_NAME = "tembo";

/** Throws `invalid_input` for a name that harnesses cannot use, or that is reserved for the session tools. */
export function requireServerName(name: string): void {
  refuseNul("name", name);
  const used = serverNameOf(name);
  if (used === "")
    throw new AppError(
      "invalid_input",
      `The name ${JSON.stringify(name)} must contain at least one letter from a to z or a digit.`,
    );
  if (used === OWN_NAME)
    throw new AppError(
      "invalid_input",
      'The name "tembo" is reserved for the session tools. Choose another name.',
    );
}

/**
 * Validates a server's setup and its values. Returns both in their stored form: the setup lists the names of the
 * values, and header names are in lower case. Throws `invalid_input` if the URL, a text or a value is not valid, or if
 * there are too many values.
 */
export function checkServer(
  server: { readonly type: "remote"; readonly url: string } | Omit<StdioSetup, "envKeys">,
  values: McpValues,
): { readonly server: McpServerSetup; readonly values: McpValues } {
  const entries = Object.entries(values);
  if (entries.length > MAX_VALUES || entries.some(([, value]) => value.length > MAX_VALUE_LENGTH))
    throw new AppError(
      "invalid_input",
      `A connection can have at most ${MAX_VALUES} headers or environment variables, each with at most ${MAX_VALUE_LENGTH} characters. Remove or shorten some.`,
    );
  if (server.type === "stdio") {
    for (const text of [server.command, ...server.args]) refuseNul("command", text);
    for (const [key, value] of entries) requireVariable(key, value);
    return { server: { ...server, envKeys: entries.map(([key]) => key).sort() }, values };
  }
  const rule = ruleOf(server.url);
  const host = formatHostPort(rule.host, rule.port!);
  const headers = entries.map(([key, value]) => {
    const { header } = checkBinding({ hosts: [host], header: key, prefix: "" });
    requireHeaderValue(header, value);
    if (value === "")
      throw new AppError(
        "invalid_input",
        `The header ${header} is empty. Set a value, or remove the header.`,
      );
    return [header, value] as const;
  });
  const kept = Object.fromEntries(headers);
  return { server: { ...server, headerKeys: Object.keys(kept).sort() }, values: kept };
}

type StdioSetup = Extract<McpServerSetup, { readonly type: "stdio" }>;

/**
 * Returns an egress rule for a URL's host and port. Throws `invalid_input` if the URL is not an http or https URL with
 * a valid host, contains a username, a password or a fragment, or refers to the sandbox itself.
 */
export function ruleOf(text: string): EgressRule {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw new AppError("invalid_input", 'The "serverUrl" must be an http or https URL.', {
      field: "serverUrl",
    });
  if (url.username !== "" || url.password !== "" || url.hash !== "")
    throw new AppError(
      "invalid_input",
      'The "serverUrl" must not contain a username, a password or a fragment. Send credentials in "headers" instead.',
      { field: "serverUrl" },
    );
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const { host } = parseEgressRule(url.hostname);
  if (["localhost", "127.0.0.1", "::1"].includes(host))
    throw new AppError(
      "invalid_input",
      `Inside a sandbox, ${host} is the sandbox itself. Use the MCP server's own host name, or set a "command" that starts the MCP server in the sandbox.`,
      { field: "serverUrl" },
    );
  return { host, port };
}

function requireVariable(key: string, value: string): void {
  refuseNul("env", value);
  if (!isInjectable(key))
    throw new AppError(
      "invalid_input",
      `The environment variable ${JSON.stringify(key)} cannot be set. Use only letters, digits and "_", and start with a letter or "_". Names that change how programs run, such as PATH, are reserved.`,
    );
}
