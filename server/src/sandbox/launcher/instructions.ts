/** Instructions for a launcher. They are never in an argument list, which every user of the host can read. */
export interface Instructions {
  /** Each loopback port, and the path inside the sandbox of the unix socket that it leads to. */
  readonly forwards: readonly { readonly port: number; readonly socketPath: string }[];
  readonly cwd: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Encodes the instructions as fields that each end with a zero byte, which neither arguments nor environments can contain.
 * The fields are the number of forwards, the port and path of each, the working folder, the number of arguments, the
 * arguments, and then NAME=value until the end.
 */
export function encodeInstructions({ forwards, cwd, argv, env }: Instructions): string {
  const words = [
    String(forwards.length),
    ...forwards.flatMap(({ port, socketPath }) => [String(port), socketPath]),
    cwd,
    String(argv.length),
    ...argv,
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
  ];
  const unfit = words.find((word) => word.includes("\0"));
  if (unfit !== undefined) throw new TypeError("An argument or a variable of a program contains a NUL byte.");
  return words.map((word) => `${word}\0`).join("");
}
