import type { DockerfileStep, ParsedDockerfile } from "../base-files.ts";

const maxStepLength = 300;
const maxLineLength = 4_000;

/**
 * Finds the instruction that a build has reached in the builder's output. A program of the build can print lines that look
 * like the builder's output, so the result is only for people.
 */
export class StepTracker {
  #rest = "";
  #last: { readonly stage: number; readonly step: number; readonly text: string } | null = null;

  push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!.slice(-maxLineLength);
    for (const line of lines) {
      const [, stage = "1", step, words] = /^(?:\[(\d+)\/\d+\] )?STEP (\d+)\/\d+: (.+)$/.exec(line) ?? [];
      if (step !== undefined)
        this.#last = { stage: Number(stage), step: Number(step), text: words!.slice(0, maxStepLength) };
    }
  }

  /** Returns the last step and its line, which is null if the Dockerfile has another instruction at that position. */
  last({
    stages,
  }: Pick<ParsedDockerfile, "stages">): { readonly text: string; readonly line: number | null } | null {
    if (this.#last === null) return null;
    const { stage, step, text } = this.#last;
    const found: DockerfileStep | undefined = stages[stage - 1]?.[step - 1];
    return { text, line: found?.keyword === text.split(" ", 1)[0]!.toUpperCase() ? found.line : null };
  }
}
