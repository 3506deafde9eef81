import { AppError } from "../../base/index.ts";
import { parseEgressRule } from "../egress/parse-egress-rule.ts";
import type { SecretBinding } from "./secret.ts";

/**
 * Headers that cannot be injected, because they describe the connection (RFC 9110 section 7.6.1) or because the proxy
 * sets them.
 */
const refusedHeaders = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Hosts inside the sandbox, which programs reach without the proxy. */
const insideItself = new Set(["localhost", "127.0.0.1", "::1"]);

/**
 * Validates a header injection rule and returns it in its stored form: header and hosts in lower case, without
 * duplicate hosts. Throws `invalid_input` if the rule is not valid.
 */
export function checkBinding({ hosts, header, prefix }: SecretBinding): SecretBinding {
  if (hosts.length === 0)
    throw new AppError("invalid_input", "A header injection rule requires at least one host. Add a host.");
  for (const text of hosts) {
    const { host } = parseEgressRule(text);
    if (!insideItself.has(host)) continue;
    throw new AppError(
      "invalid_input",
      `Inside a sandbox, ${host} is the sandbox itself, so requests to it never reach the egress proxy. Use a host outside the sandbox.`,
    );
  }
  const name = header.toLowerCase();
  // The `token` syntax of RFC 9110 section 5.6.2.
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) {
    throw new AppError(
      "invalid_input",
      `${JSON.stringify(header)} is not a valid header name. Use a name such as "authorization".`,
    );
  }
  if (refusedHeaders.has(name)) {
    throw new AppError(
      "invalid_input",
      `The header ${name} cannot be injected, because the connection or the egress proxy sets it. Use another header, such as "authorization".`,
    );
  }
  if (!isHeaderText(prefix)) {
    throw new AppError(
      "invalid_input",
      "The prefix contains a character that is not allowed. Use only visible ASCII characters and spaces.",
    );
  }
  return { hosts: [...new Set(hosts.map((host) => host.trim().toLowerCase()))], header: name, prefix };
}

/** Throws `invalid_input` if a value cannot be sent in a header. The error does not contain the value. */
export function requireHeaderValue(key: string, value: string): void {
  if (isHeaderText(value) && value.trim() === value) return;
  throw new AppError(
    "invalid_input",
    `The value of ${key} cannot be sent in a header. Use one line of visible ASCII characters, without leading or trailing spaces.`,
  );
}

const isHeaderText = (text: string) => /^[\x20-\x7e]*$/.test(text);
