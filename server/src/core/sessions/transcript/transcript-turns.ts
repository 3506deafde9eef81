import type { EventData, SessionEvent } from "../event/event.ts";

/** A processed message in a transcript. */
export interface TranscriptTurn {
  readonly message: string;
  /** Text from the harness, joined. Only the last 60,000 characters are kept. */
  readonly answers: string;
  /** Descriptions of tool calls, commits and pull requests, in order. */
  readonly actions: readonly string[];
  /** Entries of the turn's last plan. */
  readonly plan: readonly string[];
  /** Reason why the turn failed or was canceled, or null for any other turn. */
  readonly ending: string | null;
}

/** Maximum length of an output. Only the end is kept, where programs report their result. */
const maxOutputChars = 1_500;
const maxAnswerChars = 60_000;

interface Open {
  message: string;
  answers: string;
  /** Latest description of each tool call, by its ID. Actions that are not tool calls have unique keys. */
  readonly actions: Map<string, string>;
  plan: readonly string[];
  ending: string | null;
}

/** Returns the turns in the events, in the order in which they started. Pure. */
export function linesOfTurn(events: readonly Pick<SessionEvent, "messageId" | "data">[]): TranscriptTurn[] {
  const contents = new Map<string | null, string>();
  const turns = new Map<string | null, Open>();
  for (const { messageId, data } of events) {
    if (data.type === "message.queued" && !contents.has(messageId)) contents.set(messageId, data.content);
    if (data.type === "turn.started" && !turns.has(messageId)) turns.set(messageId, begin());
    const turn = turns.get(messageId);
    if (turn !== undefined) note(turn, data);
  }
  return [...turns].map(([messageId, turn]) => ({
    ...turn,
    message: contents.get(messageId) ?? "(The message is not available.)",
    answers: turn.answers.trim(),
    actions: [...turn.actions.values()],
  }));
}

const begin = (): Open => ({ message: "", answers: "", actions: new Map(), plan: [], ending: null });

function note(turn: Open, data: EventData): void {
  switch (data.type) {
    case "text":
      turn.answers = (turn.answers + data.text).slice(-maxAnswerChars);
      break;
    case "toolCall":
      turn.actions.set(data.toolCallId, describeCall(data));
      // Text after a tool call starts a new paragraph.
      if (turn.answers !== "" && !turn.answers.endsWith("\n")) turn.answers += "\n\n";
      break;
    case "plan":
      turn.plan = data.entries.map(({ content, status }) => `- [${marks[status]}] ${content}`);
      break;
    case "commit.created":
      turn.actions.set(
        `commit:${data.sha}`,
        `Committed ${data.sha.slice(0, 12)} on ${data.branch} of ${data.repository} (+${data.additions} -${data.deletions}).`,
      );
      break;
    case "pullRequest.opened":
      turn.actions.set(`pull:${data.url}`, `Opened pull request ${data.number} of ${data.repository}.`);
      break;
    case "turn.failed":
      turn.ending = `This turn failed: ${data.error.message}`;
      break;
    case "turn.cancelled":
      turn.ending = "A person stopped this turn before it was finished.";
      break;
  }
}

const marks = { pending: " ", inProgress: "~", completed: "x" } as const;

type Call = Extract<EventData, { readonly type: "toolCall" }>;

function describeCall({ kind, title, status, output, diffs }: Call): string {
  const files = [...new Set(diffs.map(({ path }) => path))];
  const on = files.length === 0 ? "" : ` (${files.slice(0, 10).join(", ")})`;
  const how = status === "completed" ? "" : ` [${status}]`;
  const shownOutput =
    kind === "execute" && output !== null && output.trim() !== "" ? tail(output.trim()) : "";
  return `${kind}: ${title.replaceAll(/\s+/g, " ")}${on}${how}${shownOutput}`;
}

function tail(output: string): string {
  return `\n${output.slice(-maxOutputChars).replaceAll(/^/gm, "    ")}`;
}
