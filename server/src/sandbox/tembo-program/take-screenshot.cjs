const { EventEmitter } = require("node:events");
const { writeFileSync } = require("node:fs");
const { capturePage } = require("./capture-page.cjs");
const { startChromium } = require("./chromium.cjs");

const takesWithinMs = 30_000;

/**
 * Takes the screenshot that a JSON argument describes, with the Chromium of the sandbox, and writes the PNG to the output. Rejects with an
 * error whose message is for users. Rejects when the input ends, so that the caller can cancel it.
 */
async function takeScreenshot(argument, input, output) {
  const request = JSON.parse(argument);
  const events = new EventEmitter();
  const chromium = startChromium((method, params) => events.emit(method, params));
  const { promise: cancelled, reject: cancel } = Promise.withResolvers();
  const timer = setTimeout(
    () =>
      cancel(new Error(`The page at ${request.url} did not load within ${takesWithinMs / 1000} seconds.`)),
    takesWithinMs,
  );
  input.resume().once("end", () => cancel(new Error("The screenshot was cancelled.")));
  try {
    const png = await Promise.race([cancelled, capturePage({ chromium, events }, request)]);
    if (png.length > request.maxBytes)
      throw new Error(
        `The screenshot has ${png.length} bytes, and the limit is ${request.maxBytes}. Choose a smaller width or height, or omit --full-page.`,
      );
    if (request.output !== undefined) writeFileSync(request.output, png);
    await new Promise((resolve) => output.write(png, resolve));
  } finally {
    clearTimeout(timer);
    input.destroy();
    await chromium.stop();
  }
}

module.exports = { takeScreenshot };
