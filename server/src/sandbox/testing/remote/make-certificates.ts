import { execFile } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export type Holder = "server" | "agent";

/** Creates a certificate authority in a folder, and returns a function that issues certificates. */
export async function makeAuthority(
  folder: string,
): Promise<(holder: Holder, into: string) => Promise<void>> {
  await mkdir(folder, { recursive: true });
  const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });
  const key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes".split(" ");
  await openssl(
    "req",
    "-x509",
    ...key,
    "-days",
    "2",
    "-subj",
    "/CN=authority",
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
  );
  return async (holder, into) => {
    const usage = holder === "server" ? "clientAuth" : "serverAuth";
    const extensions = `subjectAltName=DNS:${holder}.test\nextendedKeyUsage=${usage}\n`;
    await mkdir(into, { recursive: true });
    await writeFile(join(into, "extensions"), extensions);
    const [keyFile, requestFile, certificate] = ["key.pem", "request.pem", "certificate.pem"].map((name) =>
      join(into, name),
    ) as [string, string, string];
    await openssl("req", "-new", ...key, "-subj", `/CN=${holder}`, "-keyout", keyFile, "-out", requestFile);
    const authority = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
    const request = ["-in", requestFile, "-extfile", join(into, "extensions"), "-out", certificate];
    await openssl("x509", "-req", ...authority, ...request);
    await copyFile(join(folder, "ca.pem"), join(into, "ca.pem"));
  };
}
