import type { GitIdentity } from "../../core/forges/index.ts";

/** Parsed commit object. Each character in a string represents one byte, so that no data is lost. */
export interface RawCommit {
  /** Names and values in their original order. A value includes its continuation lines. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly message: string;
}

export function readCommit(content: Buffer): RawCommit {
  const text = content.toString("latin1");
  const end = text.indexOf("\n\n");
  const head = end < 0 ? text.replace(/\n$/, "") : text.slice(0, end);
  const headers: { name: string; value: string }[] = [];
  for (const line of head.split("\n")) {
    const last = headers.at(-1);
    if (line.startsWith(" ") && last) last.value += `\n${line}`;
    else {
      const space = line.indexOf(" ");
      headers.push({ name: line.slice(0, space), value: line.slice(space + 1) });
    }
  }
  return { headers, message: end < 0 ? "" : text.slice(end + 2) };
}

export function writeCommit({ headers, message }: RawCommit): Buffer {
  const head = headers.map(({ name, value }) => `${name} ${value}\n`).join("");
  return Buffer.from(`${head}\n${message}`, "latin1");
}

export const isSigned = ({ headers }: RawCommit) => headers.some(({ name }) => isSignature(name));

export function isCommittedBy({ headers }: RawCommit, { email }: GitIdentity): boolean {
  const committer = headers.find(({ name }) => name === "committer")?.value ?? "";
  return committer.includes(`<${Buffer.from(email).toString("latin1")}>`);
}

/** Returns a copy of the commit with other parents and without a signature. Replaces the committer, but not the commit time. */
export function remake(
  { headers, message }: RawCommit,
  committer: GitIdentity,
  parentOf: (sha: string) => string,
): RawCommit {
  const kept = headers.filter(({ name }) => !isSignature(name));
  const by = Buffer.from(`${committer.name} <${committer.email}>`).toString("latin1");
  return {
    headers: kept.map(({ name, value }) => {
      if (name === "parent") return { name, value: parentOf(value) };
      if (name !== "committer") return { name, value };
      return { name, value: `${by} ${/(\d+ [+-]\d{4})$/.exec(value)?.[1] ?? "0 +0000"}` };
    }),
    message,
  };
}

/** Adds the signature in git's format (gitformat-signature(5)): a separate header, computed over the object without this header. */
export function addSignature({ headers, message }: RawCommit, signature: string): RawCommit {
  const isSha256 = headers.some(({ name, value }) => name === "tree" && value.length === 64);
  const name = isSha256 ? "gpgsig-sha256" : "gpgsig";
  return { headers: [...headers, { name, value: signature.replaceAll("\n", "\n ") }], message };
}

const isSignature = (name: string) => name === "gpgsig" || name === "gpgsig-sha256";
