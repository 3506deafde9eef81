import { AppError } from "../errors.ts";
import type { EgressRule } from "./egress-policy.ts";

/** Reads `host`, `host:port`, `*.host` or `*.host:port`. Throws `invalid_input`. */
export function parseEgressRule(text: string): EgressRule {
  const label = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
  const rule = new RegExp(`^((?:\\*\\.(?=.*\\.))?${label}(?:\\.${label})*)(?::(\\d{1,5}))?$`);
  const [, host, portText] = rule.exec(text.trim().toLowerCase()) ?? [];
  const port = portText === undefined ? null : Number(portText);
  if (host !== undefined && (port === null || (port >= 1 && port <= 65_535))) return { host, port };
  throw new AppError(
    "invalid_input",
    `The egress rule ${JSON.stringify(text.slice(0, 100))} cannot be used: give host, host:port, *.host or *.host:port.`,
  );
}
