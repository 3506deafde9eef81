import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxSpec } from "../../core/turns/index.ts";
import { initText } from "../init/init-text.ts";
import { writeGitConfig } from "./git-config.ts";
import { inside } from "./places.ts";
import { publishFile } from "./publish-file.ts";
import type { SharedFiles } from "./shared-files.ts";
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

/** Writes the files to a folder that the sandbox's user can traverse but not list, and to `shared`. Returns their paths. */
export async function writeSessionFiles(input: {
  readonly folder: string;
  readonly shared: SharedFiles;
  readonly uid: number;
  readonly gid: number;
  readonly spec: Pick<SandboxSpec, "gitRoutes" | "trustedCertificate">;
  /** Paths of the host's certificate bundles. */
  readonly bundles: readonly string[];
  /** Test option. Changes the source text of init, to show that a test fails without a guard. */
  readonly changeInit?: ((text: string) => string) | undefined;
}): Promise<SessionFiles> {
  const { folder, shared, uid, gid, spec, bundles, changeInit = (text) => text } = input;
  await mkdir(folder, { recursive: true, mode: 0o711 });
  await chmod(folder, 0o711);
  const { user } = inside;
  const publish = (name: string, text: string) => publishFile(join(folder, name), text);
  const [passwd, group, hosts, gitConfig, init, certificates] = await Promise.all([
    publish("passwd", `${user}:x:${uid}:${gid}:${user}:${inside.homePath}:/bin/sh\n`),
    publish("group", `${user}:x:${gid}:\n`),
    shared.path("hosts", () => `127.0.0.1 localhost ${user}\n::1 localhost\n`),
    publish("gitconfig", writeGitConfig(spec.gitRoutes, `http://127.0.0.1:${inside.ports.git}`)),
    // A copy, because the sandbox's user may have no access to the file.
    shared.path("init", () => changeInit(initText())),
    publishCertificates(folder, bundles, spec.trustedCertificate),
  ]);
  return { passwd, group, hosts, gitConfig, init, certificates };
}

/** Writes the certificate files to a folder, unless no additional certificate is trusted. Returns their paths. */
export async function publishCertificates(
  folder: string,
  bundles: readonly string[],
  trusted: string | null,
): Promise<SessionFiles["certificates"]> {
  if (trusted === null) return null;
  return {
    all: await publishFile(join(folder, "certificates.pem"), await joinCertificates(bundles, trusted)),
    trusted: await publishFile(join(folder, "trusted.pem"), trusted),
  };
}
