import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SandboxSpec } from "../../core/turns/index.ts";
import { initText } from "../init/init-text.ts";
import { isErrno } from "../processes/process-identity.ts";
import { writeGitConfig } from "./git-config.ts";
import { inside } from "./places.ts";
import { joinCertificates } from "./system-certificates.ts";

/** Host paths of the small files that replace the host's files in a sandbox. */
export interface SessionFiles {
  readonly passwd: string;
  readonly group: string;
  readonly hosts: string;
  readonly gitConfig: string;
  readonly init: string;
  /** Paths of the certificate files, or null if no additional certificate is trusted. */
  readonly certificates: { readonly all: string; readonly trusted: string } | null;
}

/** Writes the files to a folder that the sandbox's user can traverse but not list. Returns their paths. */
export function writeSessionFiles(input: {
  readonly folder: string;
  readonly uid: number;
  readonly gid: number;
  readonly spec: Pick<SandboxSpec, "gitRoutes" | "trustedCertificate">;
  /** Paths of the host's certificate bundles. */
  readonly bundles: readonly string[];
  /** Test option. Changes the source text of init, to show that a test fails without a guard. */
  readonly changeInit?: ((text: string) => string) | undefined;
}): SessionFiles {
  const { folder, uid, gid, spec, bundles, changeInit = (text) => text } = input;
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  chmodSync(folder, 0o711);
  const { user } = inside;
  const trusted = spec.trustedCertificate;
  return {
    passwd: publish(join(folder, "passwd"), `${user}:x:${uid}:${gid}:${user}:${inside.homePath}:/bin/sh\n`),
    group: publish(join(folder, "group"), `${user}:x:${gid}:\n`),
    hosts: publish(join(folder, "hosts"), `127.0.0.1 localhost ${user}\n::1 localhost\n`),
    gitConfig: publish(
      join(folder, "gitconfig"),
      writeGitConfig(spec.gitRoutes, `http://127.0.0.1:${inside.ports.git}`),
    ),
    // A copy, because the sandbox's user may have no access to the file.
    init: publish(join(folder, "init"), changeInit(initText())),
    certificates:
      trusted === null
        ? null
        : {
            all: publish(join(folder, "certificates.pem"), joinCertificates(bundles, trusted)),
            trusted: publish(join(folder, "trusted.pem"), trusted),
          },
  };
}

/**
 * Replaces a file atomically if its contents differ, so that a sandbox that starts at the same time reads either the old or the new
 * contents. Returns the path.
 */
export function publish(path: string, text: string | Buffer, mode = 0o644): string {
  if (readIfThere(path)?.equals(Buffer.from(text))) return path;
  const temporary = `${path}.${randomBytes(4).toString("hex")}`;
  writeFileSync(temporary, text);
  chmodSync(temporary, mode);
  renameSync(temporary, path);
  return path;
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (cause) {
    if (isErrno(cause, "ENOENT")) return null;
    throw cause;
  }
}
