import assert from "node:assert/strict";
import { test } from "node:test";
import { APIConnectionError, type BuildLogOptions, type Tembo } from "@tembo-io/sdk";
import type { Cli } from "../../cli.ts";
import { createRecordingTerminal } from "../../testing/recording-terminal.ts";
import { followBuild } from "./follow-build.ts";

const gone = new APIConnectionError("connect ECONNREFUSED");

/** Follows a build whose log has no text. `isReached` opens a connection before the stream fails. */
function followUntilGone(isReached: boolean): Promise<unknown> {
  const log = (_projectId: string, _buildId: string, { onOpen }: BuildLogOptions) => ({
    [Symbol.asyncIterator]: () => ({
      async next() {
        if (isReached) onOpen?.();
        throw gone;
      },
    }),
  });
  const client = { projects: { builds: { log } } } as unknown as Tembo;
  const cli = { terminal: createRecordingTerminal(), isJson: false } as unknown as Cli;
  return followBuild(cli, client, { projectId: "p1", buildId: "b1", named: "web" });
}

test("reports a lost connection with the command that follows again, also before the log's first text", async () => {
  await assert.rejects(followUntilGone(true), {
    name: "CommandError",
    message: /^connect ECONNREFUSED.*\. The build may still be running\.$/,
    next: "tembo project logs web b1 --follow",
  });
  await assert.rejects(followUntilGone(false), gone);
});
