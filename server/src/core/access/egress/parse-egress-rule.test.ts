import assert from "node:assert/strict";
import { test } from "node:test";
import { AppError } from "../../base/index.ts";
import { formatEgressRule, parseEgressRule } from "./parse-egress-rule.ts";

const readable = [
  ["example.com", "example.com", null],
  ["  API.Example.COM.  ", "api.example.com", null],
  ["example.com:8443", "example.com", 8443],
  ["*.example.com", "*.example.com", null],
  ["*.Example.com.:443", "*.example.com", 443],
  ["bücher.example", "xn--bcher-kva.example", null],
  ["*.bücher.example:80", "*.xn--bcher-kva.example", 80],
  ["registry", "registry", null],
  ["my_host.example.com", "my_host.example.com", null],
  ["93.184.215.14", "93.184.215.14", null],
  ["93.184.215.14:8080", "93.184.215.14", 8080],
  ["0x7f.1", "127.0.0.1", null],
  ["2130706433", "127.0.0.1", null],
  ["[2606:4700::1111]", "2606:4700::1111", null],
  ["[2606:4700:0:0:0:0:0:1111]:443", "2606:4700::1111", 443],
] as const;

test("parses hosts, wildcards, addresses and ports", () => {
  for (const [text, host, port] of readable) assert.deepEqual(parseEgressRule(text), { host, port }, text);
});

test("formats a rule so that it parses back to the same rule", () => {
  for (const [text] of readable) {
    const rule = parseEgressRule(text);
    assert.deepEqual(parseEgressRule(formatEgressRule(rule)), rule, text);
  }
});

test("rejects an invalid rule with a message that names the problem", () => {
  const refused = {
    "https://example.com": /scheme/,
    "example.com/path": /path/,
    "user@example.com": /user/,
    "example.com?x": /path/,
    "": /Use host/,
    "*": /preset "open"/,
    "*:443": /preset "open"/,
    "*.com": /two labels/,
    "*.com.:443": /two labels/,
    "*.1.2.3.4": /no subdomains/,
    "*.0x7f.1": /no subdomains/,
    "*.*.example.com": /Use host/,
    "a.*.example.com": /Use host/,
    "*example.com": /Use host/,
    "example.com:0": /65535/,
    "example.com:65536": /65535/,
    "example.com:https": /65535/,
    "example.com:": /65535/,
    "2606:4700::1111": /brackets/,
    "::1": /brackets/,
    "[::1": /Use host/,
    "[fe80::1%eth0]": /Use host/,
    "exa mple.com": /Use host/,
    "example..com": /Use host/,
    "exa%6dple.com": /Use host/,
    "1.2.3.256": /Use host/,
    [`${"a".repeat(64)}.com`]: /Use host/,
    [`${"a.".repeat(130)}com`]: /Use host/,
    "exam\u0000ple.com": /Use host/,
  };
  for (const [text, fix] of Object.entries(refused)) {
    assert.throws(
      () => parseEgressRule(text),
      (error) => error instanceof AppError && error.code === "invalid_input" && fix.test(error.message),
      text,
    );
  }
});
