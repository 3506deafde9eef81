import { flush, pktLength, pktLine } from "../../../host-git/pkt-line.ts";
import { type ByteReader, Refusal } from "../read-body.ts";

export interface PushCommand {
  readonly oldSha: string;
  readonly newSha: string;
  /** Bytes of the ref's name, one per character, because names need not be UTF-8. */
  readonly ref: string;
}

/** Part of a receive-pack request before the pack (gitprotocol-pack(5)). */
export interface PushRequest {
  readonly commands: readonly PushCommand[];
  /** Commits that form the client's shallow boundary. */
  readonly shallow: readonly string[];
  readonly capabilities: readonly string[];
  /** True if the commands are in a push certificate. */
  readonly isSigned: boolean;
}

const maxBytes = 1024 * 1024;
const maxCommands = 1000;
const object = "(?:[0-9a-f]{40}|[0-9a-f]{64})";
const commandLine = new RegExp(`^(${object}) (${object}) ([^\\0\\n]+)$`);
const shallowLine = new RegExp(`^shallow (${object})$`);

/**
 * Reads a push request up to the flush packet. Throws a `Refusal` if the request exceeds the limits, is not valid or could be interpreted
 * differently by git's own server.
 */
export async function readPushRequest(body: ByteReader): Promise<PushRequest> {
  const commands: PushCommand[] = [];
  const shallow: string[] = [];
  let capabilities: string[] | null = null;
  let certificate: "none" | "head" | "commands" | "signature" | "over" = "none";
  let bytes = 0;
  for (;;) {
    const line = await readLine(body, (length) => {
      bytes += length;
      if (bytes > maxBytes)
        throw new Refusal(
          413,
          `The push request is larger than ${maxBytes} bytes. Push fewer references at a time, or fetch the full history first.`,
        );
    });
    if (line === null) break;
    if (certificate === "signature" || certificate === "head") {
      if (line === "push-cert-end\n") certificate = "over";
      else if (line === "\n") certificate = "commands";
      continue;
    }
    if (certificate === "commands" && (line.startsWith("-----") || line === "push-cert-end\n")) {
      certificate = line.startsWith("-----") ? "signature" : "over";
      continue;
    }
    let text = line.endsWith("\n") ? line.slice(0, -1) : line;
    const shallowSha = shallowLine.exec(text)?.[1];
    if (shallowSha !== undefined) {
      shallow.push(shallowSha);
      continue;
    }
    const end = text.indexOf("\0");
    if (end >= 0) {
      if (capabilities !== null) throw malformed();
      capabilities = text
        .slice(end + 1)
        .split(" ")
        .filter((word) => word !== "");
      text = text.slice(0, end);
    }
    if (text === "push-cert" && certificate === "none") {
      certificate = "head";
      continue;
    }
    const [, oldSha, newSha, ref] = commandLine.exec(text) ?? [];
    if (!oldSha || !newSha || !ref || certificate === "over") throw malformed();
    commands.push({ oldSha, newSha, ref });
    if (commands.length > maxCommands)
      throw new Refusal(413, `The push updates more than ${maxCommands} references. Push fewer at a time.`);
  }
  return { commands, shallow, capabilities: capabilities ?? [], isSigned: certificate !== "none" };
}

/**
 * Serializes the request from its parsed form. The repository thus receives exactly what was validated, even if another parser would read
 * the original bytes differently.
 */
export function writePushRequest({ commands, shallow, capabilities }: PushRequest): Buffer {
  const lines = shallow.map((sha) => pktLine(`shallow ${sha}`));
  for (const [index, { oldSha, newSha, ref }] of commands.entries())
    lines.push(pktLine(`${oldSha} ${newSha} ${ref}${index === 0 ? `\0 ${capabilities.join(" ")}` : ""}`));
  return Buffer.concat([...lines, flush]);
}

async function readLine(body: ByteReader, count: (bytes: number) => void): Promise<string | null> {
  const header = await body.read(4);
  if (header === null) throw malformed();
  const length = pktLength(header);
  if (length === 0) return null;
  if (length === null || length <= 4) throw malformed();
  count(length);
  const payload = await body.read(length - 4);
  if (payload === null) throw malformed();
  return payload.toString("latin1");
}

const malformed = () => new Refusal(400, "This is not a valid git push request.");
