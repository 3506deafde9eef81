import { onAbort } from "../../../../runtime/on-abort.ts";
import { readBounded, readTail } from "../../../../runtime/read-bounded.ts";
import { AppError, asSentence } from "../../../base/index.ts";
import { maxArtifactBytes, shorten } from "../../../sessions/index.ts";
import { sessionEnvironment } from "../../turn/turn-context.ts";
import { workingDirectory } from "../../turn/working-directory.ts";
import { readPngSize } from "../png-size.ts";
import type { RunTool, ToolCall } from "../tool-call.ts";
import { saveArtifact } from "./save-artifact.ts";

/** The program ends itself after 30 seconds, and then removes the browser's profile. */
const LIMIT_MS = 45_000;
const maxErrorBytes = 2_000;

interface Screenshot {
  readonly url: string;
  readonly width: number;
  readonly height: number;
  readonly fullPage: boolean;
  /** Path of a file inside the sandbox that also receives the picture. */
  readonly output?: string | undefined;
}

/**
 * Saves a picture of a page. The browser runs inside the sandbox, because the page may be hostile. Takes one picture at
 * a time, because browsers use much memory.
 */
export const takeScreenshot: RunTool<"take_screenshot"> = async (call, { name, ...wanted }) => {
  const bytes = await call.workspace.moving(() => capture(call, wanted));
  const size = readPngSize(bytes);
  if (size === null)
    throw new AppError(
      "conflict",
      "Chromium in the sandbox returned no PNG. Check the program that starts it.",
    );
  const { host, pathname } = new URL(wanted.url);
  const artifactId = await saveArtifact(call, {
    type: "File",
    title: name ?? shorten(`Screenshot of ${host}${pathname}`),
    outputType: null,
    content: "",
    description: shorten(wanted.url),
    fileName: `${(name ?? host).replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 80)}.png`,
    contentType: "image/png",
    path: null,
    bytes,
  });
  return { artifactId, ...size, sizeBytes: bytes.length, message: "Saved as a session artifact." };
};

async function capture({ context, sandbox, signal }: ToolCall, wanted: Screenshot): Promise<Buffer> {
  signal.throwIfAborted();
  const stopping = new AbortController();
  const child = sandbox.spawn(
    {
      argv: [
        sandbox.tools.program,
        "take-screenshot",
        JSON.stringify({ ...wanted, maxBytes: maxArtifactBytes }),
      ],
      cwd: workingDirectory(context, sandbox),
      env: sessionEnvironment(context),
    },
    AbortSignal.any([stopping.signal, AbortSignal.timeout(LIMIT_MS)]),
  );
  // The program then ends its browser and removes the profile.
  using _ = onAbort(signal, () => child.stdin.end());
  const tooLarge = () =>
    new AppError("invalid_input", `The screenshot exceeds the limit of ${maxArtifactBytes} bytes.`);
  try {
    const [bytes, errors, { code }] = await Promise.all([
      readBounded(child.stdout, maxArtifactBytes, tooLarge),
      readTail(child.stderr, { maxBytes: maxErrorBytes }),
      child.exited,
    ]);
    signal.throwIfAborted();
    if (code === 0) return bytes;
    const reason = errors.trim() || "Chromium was stopped, for example because it took too long.";
    const limit = sandbox.limitReached();
    throw new AppError("conflict", [asSentence(reason), ...(limit === null ? [] : [limit])].join(" "));
  } finally {
    stopping.abort();
  }
}
