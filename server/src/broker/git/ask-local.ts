import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { withReason } from "../../core/base/index.ts";
import type { HostGitProcess, LocalRemote, SpawnGit } from "../../core/forges/index.ts";
import { explainHiddenRefs } from "../../host-git/explain-hidden-refs.ts";
import { flush, pktLine } from "../../host-git/pkt-line.ts";
import type { GitAnswer, GitCall } from "./git-call.ts";
import { Refusal } from "./read-body.ts";
import { stripPaths, withoutPaths } from "./strip-paths.ts";

const timeLimitMs = 30 * 60_000;

/**
 * Sends the call to a repository in the built-in forge by running git's own server programs. Throws a `Refusal` if git fails before it sends
 * data, or if the call's body is refused.
 */
export async function askLocal(
  remote: LocalRemote,
  call: GitCall,
  spawnGit: SpawnGit,
  signal: AbortSignal,
): Promise<GitAnswer> {
  const ended = new AbortController();
  const git = spawnGit(
    {
      args: [
        call.service.slice("git-".length),
        "--stateless-rpc",
        ...(call.body === null ? ["--advertise-refs"] : []),
      ],
      remote,
      config: call.service === "git-receive-pack" ? receiveConfig(call.maxPackBytes) : {},
      ...(call.protocol === undefined ? {} : { protocol: call.protocol }),
      timeLimitMs,
    },
    AbortSignal.any([signal, ended.signal]),
  );
  if (call.body === null) git.stdin!.end();
  else feed(call.body, git, ended);
  const output = git.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  // When git is terminated, its output also closes. The reason for the termination takes precedence.
  const becauseEnded = (cause: unknown): never => {
    throw ended.signal.aborted ? ended.signal.reason : cause;
  };
  const first = await output.next().catch(becauseEnded);
  if (first.done) {
    const { code, stderr } = await git.exited.catch(becauseEnded);
    if (code !== 0)
      throw new Refusal(502, withReason("The repository cannot be used", withoutPaths(lastLine(stderr))));
  }
  const prefix =
    call.body === null && call.protocol !== "version=2"
      ? Buffer.concat([pktLine(`# service=${call.service}\n`), flush])
      : Buffer.alloc(0);
  const response = outputOf(prefix, first, output, git);
  const isReport = call.service === "git-receive-pack" && call.body !== null;
  return {
    body: strippedOf(Readable.from(isReport ? explained(response) : response, { objectMode: false })),
    encoding: undefined,
  };
}

/** Removes this machine's paths from the stream. If `output` fails, the returned stream fails too. */
function strippedOf(output: Readable): Readable {
  const stripped = stripPaths();
  pipeline(output, stripped).catch(() => {});
  return stripped;
}

async function* explained(response: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const report = explainHiddenRefs();
  for await (const chunk of response) yield report.add(chunk);
  yield report.end();
}

async function* outputOf(
  prefix: Buffer,
  first: IteratorResult<Buffer>,
  rest: AsyncIterator<Buffer>,
  git: HostGitProcess,
): AsyncGenerator<Buffer> {
  if (prefix.length > 0) yield prefix;
  for (let next = first; !next.done; next = await rest.next()) yield next.value;
  // If a signal terminated git, its response is incomplete and must not count as complete.
  if ((await git.exited).code === null)
    throw new Error("git was terminated before its response was complete");
}

/** Sends the body to git. Terminates git if the proxy refuses the body. Git may stop reading early without an error. */
function feed(body: Readable, git: HostGitProcess, ended: AbortController): void {
  pipeline(body, git.stdin!).catch((cause) => {
    if (cause instanceof Refusal) ended.abort(cause);
  });
}

/** Returns the git configuration with which the built-in forge receives pushes. It repeats the git proxy's rules. */
const receiveConfig = (maxPackBytes: number) => ({
  "receive.fsckObjects": "true",
  // Some old histories contain these harmless errors.
  "receive.fsck.zeroPaddedFilemode": "ignore",
  "receive.fsck.missingSpaceBeforeDate": "ignore",
  "receive.fsck.badTimezone": "ignore",
  "receive.maxInputSize": String(maxPackBytes),
  "receive.autogc": "false",
  "receive.hideRefs": "refs/pull",
  "receive.denyDeletes": "true",
  "receive.denyNonFastForwards": "true",
});

const lastLine = (stderr: string) =>
  stderr.trim().split("\n").at(-1)?.slice(-300) || "git printed no message";
