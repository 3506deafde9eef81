import { isIP, isIPv4 } from "node:net";
import { isAbsolute, normalize } from "node:path";
import { labelPattern, maxLabelLength, maxWorkerLabels } from "@tembo/contract/limits";
import { normalizeLabels, paths } from "./core/base/index.ts";

/** Thrown for an invalid value. The message completes a sentence that begins with the variable's name. */
export class Fault extends Error {}

/** Parses one value. `extremes` contains the smallest and the largest accepted value if the value has limits. */
export interface Parser<T> {
  (text: string): T;
  readonly extremes?: readonly [smallest: string, largest: string];
}

function withExtremes<T>(smallest: string, largest: string, parse: (text: string) => T): Parser<T> {
  return Object.assign(parse, { extremes: [smallest, largest] as const });
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}

export function hostName(text: string): string {
  if (/^[A-Za-z0-9._:%-]+$/.test(text)) return text;
  throw new Fault(`is ${quote(text)}: use a host name or an IP address to listen on, such as 127.0.0.1`);
}

export const isLoopbackHost = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));

export interface ListenAddress {
  readonly host: string;
  /** 0 selects any free port. */
  readonly port: number;
}

/** Parses `off`, a port of 127.0.0.1 or an address such as `0.0.0.0:9464`. Returns null for `off`. */
export function listenAddress(text: string): ListenAddress | null {
  if (text === "off") return null;
  const [, address, name, digits = ""] =
    /^(?:(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+)):)?(\d{1,5})$/i.exec(text) ?? [];
  if (digits !== "" && Number(digits) <= 65_535)
    return { host: address ?? name ?? "127.0.0.1", port: Number(digits) };
  throw new Fault(`is ${quote(text)}: use off, a port such as 9464, or an address such as 0.0.0.0:9464`);
}

export function hostList(text: string): readonly string[] {
  const hosts = text.split(",").map((host) => host.trim().toLowerCase());
  const wrong = hosts.find((host) => !/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/.test(host));
  if (wrong === undefined) return hosts;
  throw new Fault(`contains ${quote(wrong)}: use a comma-separated list of host or host:port`);
}

/** Parses a comma-separated list of labels of a worker, such as `gpu,arch=arm64`. */
export function labelList(text: string): readonly string[] {
  const labels = normalizeLabels(text.split(",").map((label) => label.trim()));
  const wrong = labels.find((label) => label.length > maxLabelLength || !labelPattern.test(label));
  if (wrong !== undefined)
    throw new Fault(
      `contains ${quote(wrong)}: use a comma-separated list of labels such as gpu or arch=arm64, in lowercase, of at most ${maxLabelLength} characters each`,
    );
  if (labels.length <= maxWorkerLabels) return labels;
  throw new Fault(`has ${labels.length} labels: use at most ${maxWorkerLabels}`);
}

function network(text: string): string {
  const [address = "", prefix, ...more] = text.trim().split("/");
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  if (bits !== -1 && isPrefix && more.length === 0) return text.trim();
  throw new Fault(
    `contains ${quote(text.trim())}: use a comma-separated list of addresses or networks such as 10.0.0.0/8`,
  );
}

export const networkList = (text: string): readonly string[] => text.split(",").map(network);

/**
 * Parses a comma-separated list of host names without ports. Accepts `*` and `*.example`, and converts names to
 * lowercase.
 */
export function nameList(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim().toLowerCase());
  const wrong = names.find((name) => !/^(\*|(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*)$/.test(name));
  if (wrong === undefined) return names;
  throw new Fault(
    `contains ${quote(wrong)}: use a comma-separated list of names without ports, such as tembo.example or *.example`,
  );
}

export function domainName(text: string): string {
  const name = text.trim().toLowerCase();
  // A preview's host name adds a label of up to 22 characters, and a host name has at most 253.
  const isName =
    name.length <= 220 &&
    name.split(".").every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  if (isName && isIP(name) === 0) return name;
  throw new Fault(`is ${quote(text)}: use a domain name without a port, such as preview.example.com`);
}

export function integer(from: number, to: number): Parser<number> {
  return withExtremes(String(from), String(to), (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw new Fault(`is ${quote(text)}: use a whole number from ${from} to ${to}`);
  });
}

const maxMinutes = 10_080;
export const minutes = withExtremes("0.0001", String(maxMinutes), (text) => {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= maxMinutes) return value;
  throw new Fault(`is ${quote(text)}: use a number of minutes greater than 0 and at most ${maxMinutes}`);
});

const maxKeepAliveMinutes = 1_440;
export const minutesOrNone = withExtremes("0", String(maxKeepAliveMinutes), (text) => {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= maxKeepAliveMinutes) return value;
  throw new Fault(`is ${quote(text)}: use a number of minutes from 0 to ${maxKeepAliveMinutes}`);
});

export const megabytes = (count: number | null) => (count === null ? null : count * 1024 ** 2);

export function parseOneOf<T extends string>(values: readonly [T, ...T[]]): Parser<T> {
  return withExtremes(values[0], values.at(-1)!, (text) => {
    const value = values.find((known) => known === text);
    if (value !== undefined) return value;
    throw new Fault(`is ${quote(text)}: use one of ${values.join(", ")}`);
  });
}

export function agent(text: string): string {
  if (/^[A-Za-z][A-Za-z0-9]*(:[^:\s]+){0,2}$/.test(text)) return text;
  throw new Fault(`is ${quote(text)}: use harness:model[:provider] or only a harness`);
}

export function absolutePath(text: string): string {
  if (!isAbsolute(text) || text.includes("\0")) throw new Fault(`is ${quote(text)}: use an absolute path`);
  const path = normalize(text);
  return path.length > 1 ? path.replace(/\/$/, "") : path;
}

/** Maximum length of a socket path. sockaddr_un has space for 108 bytes, including the terminating zero. */
const maxSocketPathBytes = 107;
const anySessionId = "00000000-0000-0000-0000-000000000000";

export function dataFolder(text: string): string {
  const path = absolutePath(text);
  if (path === "/") throw new Fault("is the root folder: use a folder that only Tembo uses");
  const excess = Buffer.byteLength(`${paths.sockets(path, anySessionId)}/x`) - maxSocketPathBytes;
  if (excess <= 0) return path;
  throw new Fault(
    `is ${excess} bytes too long for the Unix sockets in it: use a path of at most ${Buffer.byteLength(path) - excess} bytes`,
  );
}

/**
 * Parses an http(s) URL without user, query or fragment, and removes trailing slashes. The error does not repeat the value, because the value may
 * contain a user and a password.
 */
export function webUrl(text: string): string {
  const url = URL.parse(text);
  const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
  if (url === null || !isWeb || url.search !== "" || url.hash !== "" || url.username !== "") {
    throw new Fault("is not a plain URL: use http://... or https://... without user, query or fragment");
  }
  return url.href.replace(/\/+$/, "");
}

export function databaseUrl(text: string): string {
  if (["postgres:", "postgresql:"].includes(URL.parse(text)?.protocol ?? "")) return text;
  throw new Fault("is not a PostgreSQL URL: use postgresql://user:password@host:5432/database");
}

export function apiKey(text: string): string {
  if (/^[\x21-\x7e]{24,200}$/.test(text)) return text;
  throw new Fault("is not a usable key: use 24 to 200 visible ASCII characters without spaces");
}

export function headerValue(text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new Fault(
    "contains a space, a line break or another character that is not allowed in a key: set only the key",
  );
}
