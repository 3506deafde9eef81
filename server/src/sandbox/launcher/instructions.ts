/** Instructions for a launcher. They are never passed as arguments, because every user on the host can read arguments. */
export interface Instructions {
  /** Loopback ports. Each entry has the path, inside the sandbox, of the unix socket to which the port connects. */
  readonly forwards: readonly { readonly port: number; readonly socketPath: string }[];
  readonly cwd: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Encodes the instructions as fields. Each field ends with a zero byte, which arguments and environments cannot contain. The fields are the
 * number of forwards, the port and path of each forward, the working folder, the number of arguments, the arguments and NAME=value fields
 * until the end. Throws a TypeError if a field contains a zero byte.
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
