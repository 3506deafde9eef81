import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError } from "../../core/errors.ts";

/** Signs bytes as git does with `gpg.format=ssh`; the answer is the armored signature. */
export type Sign = (payload: Buffer) => Promise<string>;

const signWithinMs = 30_000;
const maxSignatureBytes = 64 * 1024;

/**
 * Works with a signer for an OpenSSH private key. The key lies in a file that the server alone can read, `beside` a path that no
 * sandbox reaches, for that time only; what a killed server left there is removed first. The signer throws `git_failed`.
 */
export async function withSigner<T>(
  signingKey: string,
  beside: string,
  signal: AbortSignal,
  work: (sign: Sign) => Promise<T>,
): Promise<T> {
  await removeLeftKeys(beside);
  const folder = await mkdtemp(`${beside}.key-`);
  try {
    const keyFile = join(folder, "key");
    await writeFile(keyFile, `${signingKey.replaceAll("\r", "").trim()}\n`, { mode: 0o600, flag: "wx" });
    return await work((payload) => sshSign(keyFile, payload, signal));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function removeLeftKeys(beside: string): Promise<void> {
  const prefix = `${basename(beside)}.key-`;
  const names = await readdir(dirname(beside));
  for (const name of names.filter((candidate) => candidate.startsWith(prefix)))
    await rm(join(dirname(beside), name), { recursive: true, force: true });
}

/** `ssh-keygen -Y sign` (ssh-keygen(1)); the namespace is git's. */
async function sshSign(keyFile: string, payload: Buffer, signal: AbortSignal): Promise<string> {
  const child = spawn("ssh-keygen", ["-Y", "sign", "-n", "git", "-f", keyFile], {
    cwd: "/",
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin",
      LC_ALL: "C",
      SSH_ASKPASS_REQUIRE: "never",
    },
    stdio: ["pipe", "pipe", "pipe"],
    // Without a terminal it cannot wait for a passphrase.
    detached: true,
    signal,
    timeout: signWithinMs,
    killSignal: "SIGKILL",
  });
  let signature = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => {
    if (signature.length < maxSignatureBytes) signature += chunk.toString("latin1");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    if (errors.length < maxSignatureBytes) errors += chunk.toString("utf8");
  });
  // It may end without having read everything; its exit code tells why.
  child.stdin.on("error", () => {});
  child.stdin.end(payload);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).catch((cause) => {
    signal.throwIfAborted();
    if (cause?.code !== "ENOENT") throw cause;
    throw new AppError("git_failed", "ssh-keygen is not installed here. Install the OpenSSH client.", {
      cause,
    });
  });
  if (code === 0 && signature.startsWith("-----BEGIN SSH SIGNATURE-----")) return signature.trim();
  const words = errors.replaceAll(keyFile, "the key").replaceAll(/\s+/g, " ").trim().slice(-200);
  throw new AppError(
    "git_failed",
    `ssh-keygen cannot sign with the signing key: ${words}. Give the integration an OpenSSH private key without a passphrase.`,
  );
}
