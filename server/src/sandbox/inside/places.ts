/** Paths, user name and ports inside every sandbox that mounts its folders. */
export const inside = {
  workspacePath: "/workspace",
  homePath: "/home/tembo",
  /** Folder of the forwarded sockets. */
  socketsPath: "/run/tembo/sockets",
  initPath: "/run/tembo/init",
  /** Folder of the programs that replace those of a prepared system. */
  programsPath: "/run/tembo/bin",
  /** Configuration of podman, in a prepared system whose programs can run containers. */
  containersPath: "/run/tembo/containers",
  /** Folder in which podman stores images and containers. */
  containersStoragePath: "/var/lib/containers",
  /** The machine's Perl, in a prepared system. */
  perlPath: "/run/tembo/perl",
  /** Certificates of the system's authorities and of the trusted authority. */
  certificatesPath: "/run/tembo/certificates.pem",
  /** Certificate of the trusted authority only. */
  trustedCertificatePath: "/run/tembo/trusted.pem",
  user: "tembo",
  ports: { model: 8377, egress: 3128, git: 8378, tools: 8379 },
} as const;

/**
 * Returns the path of the `tembo` program and the URL of the session tools. `nodeFolder` has the same path on the host and in the sandbox.
 * The program is in the same folder as `node`.
 */
export const toolsInside = (nodeFolder: string) => ({
  program: `${nodeFolder}/tembo`,
  url: `http://127.0.0.1:${inside.ports.tools}`,
});
