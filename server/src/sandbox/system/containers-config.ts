import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { certificateVariables } from "../inside/environment.ts";
import { inside } from "../inside/places.ts";
import { publishFile } from "../inside/publish-file.ts";

/**
 * Writes podman's configuration to a folder that every user can read. Returns the folder. Containers share the network of the sandbox, in
 * which only the egress proxy leads outside. They use no control groups, because the sandbox has limits of its own.
 */
export async function publishContainersConfig(folder: string, hasCertificate: boolean): Promise<string> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
  await publishFile(join(folder, "containers.conf"), containersConf(hasCertificate));
  await publishFile(join(folder, "storage.conf"), storageConf);
  await publishFile(join(folder, "registries.conf"), registriesConf);
  return folder;
}

const { certificatesPath: allPath, trustedCertificatePath: trustedPath } = inside;

/** Text of a containers.conf(5). */
function containersConf(hasCertificate: boolean): string {
  const paths = hasCertificate ? [allPath, trustedPath] : [];
  const variables = hasCertificate ? Object.entries(certificateVariables({ allPath, trustedPath })) : [];
  return `[containers]
cgroups = "disabled"
cgroupns = "host"
default_sysctls = []
env = ${JSON.stringify(variables.map((pair) => pair.join("=")))}
http_proxy = true
keyring = false
log_driver = "k8s-file"
netns = "host"
volumes = ${JSON.stringify(["/sys", ...paths].map((path) => `${path}:${path}:ro`))}

[engine]
cgroup_manager = "cgroupfs"
compose_providers = ["podman-compose"]
compose_warning_logs = false
events_logger = "file"
runtime = "crun"
`;
}

/** Text of a containers-storage.conf(5). */
const storageConf = `[storage]
driver = "overlay"
runroot = "/run/containers/storage"
graphroot = "${inside.containersStoragePath}/storage"
`;

/** Text of a containers-registries.conf(5). Names without a registry are those of Docker Hub, as with Docker. */
const registriesConf = `unqualified-search-registries = ["docker.io"]
short-name-mode = "disabled"
`;
