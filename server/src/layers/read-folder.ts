import { AppError, withReason } from "../core/base/index.ts";
import type { MountedLayer } from "../core/turns/index.ts";
import { reasonOf } from "./confine/run-confined.ts";
import { startConfined } from "./confine/start-confined.ts";

/**
 * Reads a folder of a mounted layer as a tar archive. The program resolves the path inside its confinement, because the layer may contain
 * links.
 */
export async function* readFolder(
  { path: hostPath, firstId }: MountedLayer,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const { stdin, stdout, ended } = startConfined(
    firstId === null ? null : { firstId },
    {
      argv: [
        ...(["tar", "--create", "--format=posix", "--sparse", "--numeric-owner"] as const),
        ...["-C", `/in${path}`, "."],
      ],
      paths: [{ inside: "/in", hostPath, isWritable: false }],
      needsFileCapabilities: true,
    },
    signal,
  );
  stdin.end();
  yield* stdout as AsyncIterable<Buffer>;
  const end = await ended;
  if (end.code !== 0)
    throw new AppError(
      "unavailable",
      withReason(`The layer's folder ${path} could not be read`, reasonOf(end)),
    );
}
