import {
  AppError,
  type Clock,
  createMachineToken,
  type Vault,
  withReason,
} from "../../../core/base/index.ts";
import type { Forge, ForgeConnection, GitRemote } from "../../../core/forges/index.ts";
import type { OutboundFetch } from "../../../outbound/fetch/outbound-fetch.ts";
import {
  callPath,
  callSubject,
  decode,
  digestHeader,
  digestOf,
  encode,
  type ForgeAnswer,
  type ForgeCall,
  passCalls,
} from "./call.ts";
import { gitSubject } from "./git-subject.ts";

export interface ElsewhereOptions {
  /** URL of the server that has the forge, without a trailing slash. */
  readonly url: string;
  readonly fetch: OutboundFetch;
  readonly vault: Pick<Vault, "sign" | "isSigned">;
  readonly clock: Clock;
}

const callLifetimeMs = 60_000;
const callLimitMs = 60_000;
/** A fetch of a large repository sends further requests with the same token. */
const gitLifetimeMs = 60 * 60_000;

/** Connects to the built-in forge of another machine. Methods throw the errors of `Forge`, or `unavailable` if the server does not respond. */
export function connectElsewhere(options: ElsewhereOptions, given: ForgeConnection): Forge {
  const { renew: _, ...connection } = given;
  const run = (method: string, args: readonly unknown[]) => call(options, { connection, method, args });
  const forge = passCalls(run);
  return { ...forge, remote: async (repository) => overHttp(options, await forge.remote(repository)) };
}

/** Returns the remote with which host git reaches the repository through the server. */
function overHttp(options: ElsewhereOptions, remote: GitRemote): GitRemote {
  if (remote.kind !== "local") return remote;
  const { owner, name } = remote;
  const password = createMachineToken(options, gitSubject(remote), gitLifetimeMs);
  return {
    kind: "https",
    url: `${options.url}/git/${encodeURIComponent(owner)}/${encodeURIComponent(name)}.git`,
    credential: { username: "tembo", password },
  };
}

async function call(options: ElsewhereOptions, request: ForgeCall): Promise<unknown> {
  const signals = request.args.filter((arg) => arg instanceof AbortSignal);
  const signal = AbortSignal.any([...signals, AbortSignal.timeout(callLimitMs)]);
  const body = encode(request);
  const answer = await send(options, { body, signal });
  if ("error" in answer) throw new AppError(answer.error.code, answer.error.message);
  return answer.value;
}

async function send(
  options: ElsewhereOptions,
  { body, signal }: { readonly body: string; readonly signal: AbortSignal },
): Promise<ForgeAnswer> {
  const at = `${options.url}${callPath}`;
  const digest = digestOf(body);
  const headers = {
    authorization: `Bearer ${createMachineToken(options, callSubject(digest), callLifetimeMs)}`,
    "content-type": "application/json",
    [digestHeader]: digest,
  };
  let status: number;
  let text: string;
  try {
    const response = await options.fetch(at, { method: "POST", headers, body, signal });
    status = response.status;
    text = await response.text();
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("unavailable", withReason(`The built-in forge at ${at} does not respond`, cause), {
      cause,
    });
  }
  if (status === 401)
    throw new AppError(
      "forge_unauthorized",
      `The built-in forge at ${at} rejects this machine. Use the same master key file on all machines, and correct their clocks.`,
    );
  if (status !== 200)
    throw new AppError(
      "unavailable",
      `The built-in forge at ${at} responded with status ${status}. Run the same version of Tembo on all machines.`,
    );
  return decode(text, signal) as ForgeAnswer;
}
