import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { writeLeaf } from "../broker/egress/certificate/certificate.ts";
import { createCertificateAuthority } from "../broker/egress/certificate/certificate-authority.ts";

export interface SmtpOptions {
  /** Encryption that the server requires or offers. Defaults to none. */
  readonly security?: "tls" | "startTls";
  /** Password of the only account. Without it, the server needs no sign-in. */
  readonly password?: string;
  /** Response to every recipient. */
  readonly rejects?: { readonly code: number; readonly message: string };
  /** Called with each complete mail before the server accepts it. If it rejects, the server does not accept the mail. */
  readonly beforeAccepting?: (mail: ReceivedMail) => Promise<void>;
}

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly content: string;
}

/** Starts a real SMTP server on the loopback interface. With encryption, `ca` is the certificate to trust. */
export async function startSmtp({ security, password, rejects, beforeAccepting }: SmtpOptions = {}) {
  const received: ReceivedMail[] = [];
  const signIns: { username: string; password: string; isEncrypted: boolean }[] = [];
  const leaf = security === undefined ? null : await createLeaf("localhost");
  const server = new SMTPServer({
    secure: security === "tls",
    ...(leaf !== null && { key: leaf.key, cert: leaf.cert }),
    disabledCommands: [
      ...(security === "startTls" ? [] : ["STARTTLS"]),
      ...(password === undefined ? ["AUTH"] : []),
    ],
    authOptional: password === undefined,
    disableReverseLookup: true,
    onAuth: (auth, session, done) => {
      signIns.push({ username: auth.username!, password: auth.password!, isEncrypted: session.secure });
      if (auth.password === password) done(null, { user: auth.username! });
      else done(new Error("Wrong password"));
    },
    onRcptTo: (_address, _session, done) => {
      if (rejects === undefined) done();
      else done(Object.assign(new Error(rejects.message), { responseCode: rejects.code }));
    },
    onData: async (stream, session, done) => {
      const parts: Buffer[] = [];
      for await (const part of stream) parts.push(part as Buffer);
      const { mailFrom, rcptTo } = session.envelope;
      const mail: ReceivedMail = {
        from: mailFrom === false ? "" : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        content: Buffer.concat(parts).toString(),
      };
      try {
        await beforeAccepting?.(mail);
      } catch (error) {
        done(error as Error);
        return;
      }
      received.push(mail);
      done();
    },
  });
  // A client that disconnects early is part of the tests.
  server.on("error", () => {});
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return {
    port: (listening.address() as AddressInfo).port,
    received,
    signIns,
    ca: leaf?.ca ?? null,
    connectionCount: () => server.connections.size,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

/** Creates a certificate for the host, and the certificate of the authority that signed it. */
async function createLeaf(host: string) {
  const authority = await createCertificateAuthority("smtp");
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signer = { ...authority, privateKey: createPrivateKey(authority.privateKey) };
  const validity = { from: new Date(Date.now() - 60_000), until: new Date(Date.now() + 86_400_000) };
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    cert: writeLeaf(host, privateKey, signer, validity),
    ca: authority.certificate,
  };
}
