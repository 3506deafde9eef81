import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError, withReason } from "../../core/base/index.ts";
import { type HostLaunch, startProgram, whyUnconfined } from "../../host-git/host-git.ts";
import { limitProgram } from "../../host-git/limit-program.ts";
import { BoundedBuffer } from "../../runtime/bounded-buffer.ts";
import { TailBuffer } from "../../runtime/tail-buffer.ts";

/** Signs bytes in the same way as git with `gpg.format=ssh`. Resolves to the armored signature. */
export type Sign = (payload: Buffer) => Promise<string>;

const timeLimitMs = 30_000;
const maxMemoryBytes = 1024 ** 3;
/** Exit code that means that the program was not found. */
const notInstalled = 127;
const maxSignatureBytes = 64 * 1024;
const maxErrorBytes = 64 * 1024;

/**
 * Calls `work` with a signer for an OpenSSH private key. During the call, the key is in a temporary folder next to `beside`, a path that no
 * sandbox can access. Only the server and `ssh-keygen` can read this file. First removes key folders that a killed server left there. The
 * signer throws `git_failed` if `ssh-keygen` is not installed or cannot sign with the key.
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

/** Runs `ssh-keygen -Y sign` (ssh-keygen(1)) with git's namespace. */
async function sshSign(keyFile: string, payload: Buffer, signal: AbortSignal): Promise<string> {
  const launch = await signingLaunch(keyFile);
  signal.throwIfAborted();
  const program = startProgram(launch);
  const { exited } = limitProgram(program, { signal, timeLimitMs, name: "ssh-keygen" });
  const output = new BoundedBuffer(maxSignatureBytes);
  const errors = new TailBuffer(maxErrorBytes);
  program.stdout.on("data", (chunk: Buffer) => output.add(chunk));
  program.stderr.on("data", (chunk: Buffer) => errors.add(chunk));
  // The program may exit before it has read all input. Its exit code indicates the reason.
  program.stdin!.on("error", () => {});
  program.stdin!.end(payload);
  const code = await exited;
  const signature = output.toBuffer().toString("latin1");
  if (code === 0 && signature.startsWith("-----BEGIN SSH SIGNATURE-----")) return signature.trim();
  if (code === notInstalled)
    throw new AppError(
      "git_failed",
      "ssh-keygen is not installed on this machine. Install the OpenSSH client.",
    );
  const words = errors.toText().replaceAll(keyFile, "the key").replaceAll(/\s+/g, " ").trim().slice(-200);
  throw new AppError(
    "git_failed",
    `${withReason("ssh-keygen cannot sign with the signing key", words)} Set the integration's signing key to an OpenSSH private key without a passphrase.`,
  );
}

/**
 * Returns the options for starting `ssh-keygen`. `ssh-keygen` is confined like host git and sees only the key's folder. Without namespaces,
 * it runs as the server's user, because it fails if its user has no name.
 */
export async function signingLaunch(keyFile: string): Promise<HostLaunch> {
  const folder = dirname(keyFile);
  const isConfined = (await whyUnconfined()) === null;
  return {
    argv: ["ssh-keygen", "-Y", "sign", "-n", "git", "-f", keyFile],
    env: {
      PATH: "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin",
      LC_ALL: "C",
      SSH_ASKPASS_REQUIRE: "never",
    },
    hasStdin: true,
    as: isConfined ? null : { uid: process.getuid!(), gid: process.getgid!() },
    needsNetwork: false,
    lockFile: null,
    maxMemoryBytes,
    maxFileBytes: maxSignatureBytes,
    folders: { read: [folder], write: [], owned: [folder] },
    needsPasswd: true,
  };
}
