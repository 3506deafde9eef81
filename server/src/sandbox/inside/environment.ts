import { type SandboxCommand, type SystemProfile, usualFolders } from "../../core/turns/index.ts";
import { inside } from "./places.ts";

export interface Surroundings {
  readonly homePath: string;
  readonly nodeFolder: string;
  readonly tmpPath: string;
  /** Loopback URL of the egress proxy. */
  readonly egressUrl: string;
  /** Loopback URL of the session's tools. */
  readonly toolsUrl: string;
  /** Paths of the certificate files, or null if programs trust only the system's authorities. */
  readonly certificates: Certificates | null;
  /** Variables of a prepared system, under the sandbox's own, and its user. */
  readonly system?: {
    readonly env: Readonly<Record<string, string>>;
    readonly profile: SystemProfile;
    readonly allowsContainers?: boolean;
  } | null;
}

/** Paths of PEM files inside the sandbox. */
export interface Certificates {
  readonly allPath: string;
  readonly trustedPath: string;
}

/**
 * Returns a command's environment. It contains defaults that programs expect and variables that configure the proxies. The requested variables
 * override them.
 */
export function buildEnvironment(
  env: SandboxCommand["env"],
  { homePath, nodeFolder, tmpPath, egressUrl, toolsUrl, certificates, system = null }: Surroundings,
): Record<string, string> {
  const isRoot = system?.profile === "root";
  const folders = [nodeFolder, ...(isRoot ? [inside.programsPath] : []), system?.env.PATH ?? usualFolders];
  return {
    ...system?.env,
    HOME: homePath,
    PATH: folders.join(":"),
    USER: isRoot ? "root" : inside.user,
    LANG: "C.UTF-8",
    TMPDIR: tmpPath,
    TEMBO_TOOLS_URL: toolsUrl,
    ...proxyVariables(egressUrl),
    ...(certificates !== null && certificateVariables(certificates)),
    ...(system?.allowsContainers && containersVariables),
    ...env,
  };
}

/** Variables with which podman finds its configuration. Its own file for the settings of an image remains in effect. */
const containersVariables = {
  CONTAINERS_CONF_OVERRIDE: `${inside.containersPath}/containers.conf`,
  CONTAINERS_STORAGE_CONF: `${inside.containersPath}/storage.conf`,
  CONTAINERS_REGISTRIES_CONF: `${inside.containersPath}/registries.conf`,
  // Containers have no control groups.
  PODMAN_IGNORE_CGROUPSV1_WARNING: "1",
} as const;

/**
 * Returns the variables for HTTP proxies in uppercase and lowercase, because some programs read only the lowercase names. For example, curl
 * reads only the lowercase http_proxy.
 */
function proxyVariables(url: string): Record<string, string> {
  const direct = "127.0.0.1,localhost,::1";
  return {
    HTTP_PROXY: url,
    HTTPS_PROXY: url,
    http_proxy: url,
    https_proxy: url,
    ALL_PROXY: url,
    NO_PROXY: direct,
    no_proxy: direct,
    NODE_USE_ENV_PROXY: "1",
  };
}

/**
 * Returns the variables with which programs find the certificates. Node adds the file to its built-in authorities, so it needs only the
 * trusted certificate.
 */
export function certificateVariables({ allPath, trustedPath }: Certificates): Record<string, string> {
  return {
    SSL_CERT_FILE: allPath,
    NODE_EXTRA_CA_CERTS: trustedPath,
    GIT_SSL_CAINFO: allPath,
    CURL_CA_BUNDLE: allPath,
    REQUESTS_CA_BUNDLE: allPath,
    PIP_CERT: allPath,
    CARGO_HTTP_CAINFO: allPath,
    npm_config_cafile: allPath,
  };
}
