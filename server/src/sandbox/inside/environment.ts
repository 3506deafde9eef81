import type { SandboxCommand } from "../../core/turns/index.ts";

export interface Surroundings {
  readonly homePath: string;
  readonly nodeFolder: string;
  readonly tmpPath: string;
  /** Loopback URL of the egress door. */
  readonly egressUrl: string;
  /** Loopback URL of the session's tools. */
  readonly toolsUrl: string;
  /** Null when no authority is to be trusted beside the system's. */
  readonly certificates: Certificates | null;
}

/** PEM files, as programs see them. */
export interface Certificates {
  readonly allPath: string;
  readonly trustedPath: string;
}

/** The environment of a command: what was asked for, over what every program expects and what leads it to the doors. */
export function buildEnvironment(
  env: SandboxCommand["env"],
  { homePath, nodeFolder, tmpPath, egressUrl, toolsUrl, certificates }: Surroundings,
): Record<string, string> {
  return {
    HOME: homePath,
    PATH: `${nodeFolder}:/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin`,
    USER: "tembo",
    LANG: "C.UTF-8",
    TMPDIR: tmpPath,
    TEMBO_TOOLS_URL: toolsUrl,
    ...proxyVariables(egressUrl),
    ...(certificates !== null && certificateVariables(certificates)),
    ...env,
  };
}

/** Some programs read only the small names, curl only the small http_proxy. */
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

/** Each program has a name of its own for the same file. Node adds to its own authorities, so the trusted one is enough. */
function certificateVariables({ allPath, trustedPath }: Certificates): Record<string, string> {
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
