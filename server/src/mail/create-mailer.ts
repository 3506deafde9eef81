import { isIPv6, type Socket } from "node:net";
import { createTransport, type NodemailerError } from "nodemailer";
import { canonicalHost, isAddress } from "../core/access/index.ts";
import type { Mail, Mailer, MailResult, MailServer } from "../core/automation/index.ts";
import { asSentence, reason, withReason } from "../core/base/index.ts";
import type { Outbound } from "../outbound/outbound.ts";
import { Refusal } from "../outbound/refusal.ts";
import { onAbort } from "../runtime/on-abort.ts";

/** Time within which a server must respond to a command. */
const silentForMs = 15_000;

type Server = MailServer & { readonly password: string | null };

/** Creates the client for SMTP servers. It sends each email over a separate connection to a checked address. */
export function createMailer(outbound: Pick<Outbound, "connect" | "ca">): Mailer {
  return {
    async send(server, mail, signal) {
      const { port } = server;
      const host = canonicalHost(isIPv6(server.host) ? `[${server.host}]` : server.host);
      if (host === null)
        return { kind: "failed", error: `"${server.host}" is not a valid host name.`, mayPass: false };
      let socket: Socket;
      try {
        socket = await outbound.connect({ host, port }, signal);
      } catch (cause) {
        if (signal.aborted || !(cause instanceof Refusal)) throw cause;
        // Status 403 means that the server may not connect to the address.
        return { kind: "failed", error: asSentence(cause.message), mayPass: cause.status !== 403 };
      }
      socket.allowHalfOpen = false;
      using _ = onAbort(signal, () => socket.destroy());
      try {
        return await sendOver(socket, { server, host, mail, ca: outbound.ca });
      } catch (cause) {
        signal.throwIfAborted();
        return describeFailure(server, cause as NodemailerError);
      } finally {
        socket.destroy();
      }
    },
  };
}

async function sendOver(
  socket: Socket,
  {
    server: { port, security, username, password, fromAddress },
    host,
    mail,
    ca,
  }: {
    readonly server: Server;
    readonly host: string;
    readonly mail: Mail;
    readonly ca: readonly string[] | undefined;
  },
): Promise<MailResult> {
  const transport = createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "startTls",
    ignoreTLS: security === "none",
    tls: { ...(!isAddress(host) && { servername: host }), ...(ca !== undefined && { ca: [...ca] }) },
    ...(username !== null && password !== null && { auth: { user: username, pass: password } }),
    getSocket: (_options: unknown, callback: (error: null, socket: { connection: Socket }) => void) =>
      callback(null, { connection: socket }),
    connectionTimeout: silentForMs,
    greetingTimeout: silentForMs,
    socketTimeout: silentForMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  await transport.sendMail({
    from: { name: "Tembo", address: fromAddress },
    to: mail.to,
    subject: mail.subject,
    text: mail.text,
    messageId: `<${mail.messageId}>`,
    headers: { "auto-submitted": "auto-generated" },
  });
  return { kind: "sent" };
}

/** Translates the library's error to a sentence with the reason and the remedy. */
function describeFailure({ host, port, security }: MailServer, cause: NodemailerError): MailResult {
  const place = `${host}:${port}`;
  const said = cause.response === undefined ? "" : ` It responded: ${asSentence(oneLine(cause.response))}`;
  const failed = (error: string, mayPass: boolean): MailResult => ({ kind: "failed", error, mayPass });
  switch (cause.code) {
    case "EAUTH":
    case "ENOAUTH":
      return failed(
        `The mail server ${place} rejected the username or password.${said} Enter them again.`,
        cause.permanent === false,
      );
    case "ETLS":
    case "ESOCKET":
      if (security !== "none" && isTlsError(cause))
        return failed(
          `${withReason(`No encrypted connection to the mail server ${place} is possible`, oneLine(reason(cause)))} Choose TLS for port 465 or STARTTLS for port 587, and check the server's certificate.`,
          false,
        );
      return failed(
        withReason(`The connection to the mail server ${place} failed`, oneLine(reason(cause))),
        true,
      );
    case "ETIMEDOUT":
      return failed(
        `The mail server ${place} did not respond in time. Check the port and the encryption: TLS is usual on port 465, STARTTLS on port 587.`,
        true,
      );
    case "EENVELOPE":
      return failed(
        `The mail server ${place} rejected the sender's or the recipient's address.${said}`,
        cause.permanent !== true,
      );
    default:
      return failed(
        said === ""
          ? withReason(`The mail server ${place} failed`, oneLine(reason(cause)))
          : `The mail server ${place} rejected the email.${said}`,
        cause.permanent !== true,
      );
  }
}

const isTlsError = ({ code, message, originalCode = "" }: NodemailerError) =>
  code === "ETLS" ||
  /^(?:ERR_SSL|ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(originalCode) ||
  /certificate|SSL|TLS/i.test(message);

const maxReasonCharacters = 300;

/** Returns the text of a server as one line of limited length. */
const oneLine = (text: string) =>
  text
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, maxReasonCharacters)
    .toWellFormed();
