const shownLines = 40;

/** Runs `work`. If it fails, throws an error with the end of the program's log, and the error as its cause. */
export async function withLog(program: { log(): string }, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const lines = program.log().split("\n").slice(-shownLines);
    throw new Error([String(cause), "The end of the server's log:", ...lines].join("\n"), { cause });
  }
}
