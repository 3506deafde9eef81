import type { SessionToolInput } from "@tembo/contract";
import { maxEventTextLength } from "@tembo/contract/limits";
import { formatAgentKey, parseAgentKey, requireHarness } from "../../../access/index.ts";
import { AppError, isId, newId } from "../../../base/index.ts";
import { repositoryKey, repositoryUrl } from "../../../forges/index.ts";
import { decideChildHarness, decisionOf, requireFewWaiting, waitForAnswer } from "../../../sessions/index.ts";
import type { TurnContext } from "../../turn/turn-context.ts";

const ANSWER_LIMIT_MS = 25 * 60_000;

/** Agent and repositories of a new child session. */
export interface Reach {
  readonly agent: string;
  readonly repositoryIds: readonly string[];
  readonly repositoryUrls: readonly string[];
  /** Descriptions, for a person, of the access that the parent does not have. Empty if no permission is needed. */
  readonly beyond: readonly string[];
}

/**
 * Decides which agent and repositories a child session may use. Throws `invalid_input` if the name of the agent or of a
 * repository is invalid, or `forbidden` for a harness that is not metered.
 */
export async function decideReach(
  context: TurnContext,
  input: SessionToolInput<"create_child_session">,
): Promise<Reach> {
  const agent = input.agent ?? formatAgentKey(context.session);
  const own = context.checkouts.map(({ repository }) => repository.id);
  const named = input.repositoryIds ?? own;
  const repositoryIds = named.filter(isId);
  const repositoryUrls = named.filter((name) => !isId(name));
  const ownUrls = context.checkouts.map(({ repository }) =>
    repositoryUrl(context.ports.settings.publicUrl, repository),
  );
  const others = [
    ...repositoryIds.filter((id) => !own.includes(id.toLowerCase())),
    ...repositoryUrls.filter((url) => !ownUrls.includes(url)),
  ];
  return {
    agent,
    repositoryIds,
    repositoryUrls,
    beyond: [
      ...(await Promise.all(others.map((name) => describeRepository(context, name)))),
      ...harnessBeyond(context, agent),
    ],
  };
}

/**
 * Describes a repository for the person. Connected and unknown repositories need permission in the same way, so the
 * agent cannot find out whether a repository exists.
 */
async function describeRepository(
  { ports, session }: Pick<TurnContext, "ports" | "session">,
  name: string,
): Promise<string> {
  if (!isId(name)) {
    if (repositoryKey(name) !== null) return `the repository ${name}`;
    throw new AppError(
      "invalid_input",
      `${JSON.stringify(name)} is not a repository. Use an ID from list_repositories, or a URL such as https://host/owner/name.`,
    );
  }
  const [found] = await ports.store.repositories.findMany(session.organizationId, [name]);
  return found === undefined
    ? `the repository with the ID ${name}, which is not connected`
    : `the repository ${found.owner}/${found.name}`;
}

function harnessBeyond({ ports, session }: Pick<TurnContext, "ports" | "session">, agent: string): string[] {
  const known = ports.harnesses.list();
  const parent = requireHarness(session.harness, known);
  const child = requireHarness(parseAgentKey(agent, known, ports.modelProviders).harness, known);
  switch (decideChildHarness(parent, child)) {
    case "allow":
      return [];
    case "ask":
      return [`the harness ${child.displayName}, which uses another model family`];
    case "refuse":
      throw new AppError(
        "forbidden",
        `Tembo cannot count the costs of ${child.displayName} toward this session's budget. Use another agent.`,
      );
  }
}

/**
 * If `reach` exceeds the parent's access, waits until a person allows it. Throws `forbidden` if a person denies it, or
 * if the request ends without a response. Throws the errors of `requireFewWaiting` and `waitForAnswer`.
 */
export async function askForReach(
  context: TurnContext,
  { prompt, reach }: { readonly prompt: string; readonly reach: Reach },
  signal: AbortSignal,
): Promise<void> {
  if (reach.beyond.length === 0) return;
  await requireFewWaiting(context);
  const answer = await waitForAnswer(
    context,
    {
      kind: "permission",
      toolCallId: newId(),
      title: `Start a session that also uses ${reach.beyond.join(", and ")}`,
      toolKind: "reach",
      // Masks before truncating, because masking cannot find a part of a secret.
      input: JSON.stringify(
        context.masker.maskDeep({ beyond: reach.beyond, agent: reach.agent, prompt }),
      ).slice(0, maxEventTextLength),
    },
    { timeoutMs: ANSWER_LIMIT_MS, otherwise: "deny", signal },
  );
  if (decisionOf(answer) === "allow") return;
  const why =
    answer.by === "person"
      ? `A person denied the request${withComment(answer.comment)}`
      : "No one approved the request in time";
  throw new AppError(
    "forbidden",
    `${why}. A child session can use only this session's repositories and model families. Use only those, or ask the person to start a separate session.`,
  );
}

const withComment = (comment: string | null) =>
  comment === null ? "" : ` with the comment ${JSON.stringify(comment)}`;
