import type { SessionEvent } from "@tembo/contract";
import { ofType } from "../../support/assertions.ts";
import type { Files } from "../../support/repositories.ts";
import type { World } from "../../support/world.ts";

export interface WorkedTurn {
  readonly sessionId: string;
  readonly repositoryUrl: string;
  readonly repositoryId: string;
  readonly events: readonly SessionEvent[];
  /** What the harness's tools gave back. */
  readonly output: string;
}

export interface TurnInput {
  /** `owner/name` of a repository made for it. */
  readonly repository: string;
  readonly files?: Files;
  /** Shell, run by the harness in the repository's folder. */
  readonly attack: string;
  /** Comes before the script in the prompt. */
  readonly prompt?: string;
  /** What the model says in the end. */
  readonly words?: string;
}

const attackFile = "attack.sh";

/** A real turn from the request to its end: the harness runs the attack, which lies in the repository, as a model told it to. */
export async function workTurn(world: World, input: TurnInput): Promise<WorkedTurn> {
  const { prompt = "Look around.", words = "Looked.", files = {}, attack } = input;
  const repository = await world.repository(input.repository, { ...files, [attackFile]: attack });
  const session = await world.client.session.create({
    prompt: `${prompt} SCRIPT(bash("sh ${attackFile}", 100000), say(${JSON.stringify(words)}))`,
    repositories: [repository.url],
  });
  const events = await world.ended(session.id);
  return {
    sessionId: session.id,
    repositoryUrl: repository.url,
    repositoryId: repository.id,
    events,
    output: ofType(events, "toolCall")
      .map(({ eventData }) => String(eventData.output ?? ""))
      .join("\n"),
  };
}
