import type { SessionEvent } from "@tembo/contract";
import { ofType } from "../../support/assertions.ts";
import type { Files } from "../../support/repositories.ts";
import type { World } from "../../support/world.ts";

export interface WorkedTurn {
  readonly sessionId: string;
  readonly repositoryUrl: string;
  readonly repositoryId: string;
  readonly events: readonly SessionEvent[];
  /** Output of the harness's tools. */
  readonly output: string;
}

export interface TurnInput {
  /** `owner/name` of the repository to create for the turn. */
  readonly repository: string;
  readonly files?: Files;
  /** Shell script that the harness runs in the repository's folder. */
  readonly attack: string;
  /** Text before the script in the prompt. */
  readonly prompt?: string;
  /** Final text from the model. */
  readonly words?: string;
}

const attackFile = "attack.sh";

/** Runs a complete real turn. The model instructs the harness to run the attack, which is a file in the repository. */
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
