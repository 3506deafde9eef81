/** Where things lie inside every sandbox. */
export const inside = {
  workspacePath: "/workspace",
  homePath: "/home/tembo",
  /** Folder of the forwarded sockets. */
  socketsPath: "/run/tembo/doors",
  launcherPath: "/run/tembo/launcher",
  /** The system's authorities and the trusted one. */
  certificatesPath: "/run/tembo/certificates.pem",
  /** The trusted one alone. */
  trustedCertificatePath: "/run/tembo/trusted.pem",
  user: "tembo",
  ports: { model: 8377, egress: 3128, git: 8378, tools: 8379 },
} as const;

/** Every sandbox sees the folder of its `node` under the same path; the program lies beside it. */
export const toolsInside = (nodeFolder: string) => ({
  program: `${nodeFolder}/tembo`,
  url: `http://127.0.0.1:${inside.ports.tools}`,
});
