/** What a launcher is told: never in an argument list, which every user of the host can read. */
export interface Instructions {
  /** Each loopback port and the unix socket, as seen inside, that it leads to. */
  readonly forwards: readonly { readonly port: number; readonly socketPath: string }[];
  readonly cwd: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Words that end with a zero byte each, as neither arguments nor environments can hold one: the number of forwards, port and
 * path of each, the folder, the number of arguments, the arguments, then NAME=value to the end.
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
  if (unfit !== undefined) throw new TypeError("An argument or a variable of a program holds a zero byte.");
  return words.map((word) => `${word}\0`).join("");
}
