import assert from "node:assert/strict";

/** Collects the output of a program on a terminal. */
export class Screen {
  text = "";
  #wake = () => {};
  #isOver = false;
  constructor(output: NodeJS.ReadableStream) {
    output.setEncoding("utf8");
    output.on("data", (data: string) => {
      this.text += data;
      this.#wake();
    });
    output.on("end", () => {
      this.#isOver = true;
      this.#wake();
    });
  }
  /** Waits until the output so far matches. Fails if the output ends first. */
  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) {
      assert.ok(!this.#isOver, this.text);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
