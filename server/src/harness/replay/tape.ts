import type { WireRecord } from "@tembo/contract";

/** Unvalidated JSON-RPC message. */
export interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: unknown;
}

export interface TapeEntry {
  readonly direction: "toHarness" | "fromHarness";
  /** Time in milliseconds since 1970. */
  readonly at: number;
  readonly message: Message;
}

const openings: ReadonlySet<string> = new Set(["session/new", "session/load", "session/resume"]);

/** Messages of a recording, read from start to end. Messages that opened the session are looked up separately. */
export class Tape {
  readonly prompts: readonly TapeEntry[];
  readonly #entries: readonly TapeEntry[];
  readonly #taken = new Set<TapeEntry>();
  #place = 0;

  constructor(records: readonly WireRecord[]) {
    this.#entries = records.flatMap((record) => entryOf(record) ?? []);
    this.prompts = this.#entries.filter(isPrompt);
  }

  /**
   * Returns the recorded response to the next request for the method, or a standard response if none was recorded. If the request opened a
   * session, also returns the updates that followed.
   */
  takeAnswer(method: string): { readonly answer: Message; readonly notifications: readonly TapeEntry[] } {
    const asked = this.#entries.findIndex(
      (entry) =>
        entry.direction === "toHarness" && entry.message.method === method && !this.#taken.has(entry),
    );
    if (asked === -1) return { answer: this.#usualAnswer(method), notifications: [] };
    const request = this.#entries[asked]!;
    this.#taken.add(request);
    const answered = this.#entries.findIndex(
      ({ direction, message }, place) =>
        place > asked && direction === "fromHarness" && isAnswer(message, request.message.id),
    );
    if (answered === -1) return { answer: this.#usualAnswer(method), notifications: [] };
    const { result, error } = this.#entries[answered]!.message;
    const answer = error === undefined ? { result } : { error };
    return { answer, notifications: openings.has(method) ? this.#sentBeforePrompt(answered) : [] };
  }

  /** Advances to the next prompt. Returns the prompt and the updates since the previous prompt, or null at the end. */
  takePrompt(): { readonly prompt: TapeEntry; readonly notifications: readonly TapeEntry[] } | null {
    const notifications: TapeEntry[] = [];
    for (let entry = this.next(); entry !== null; entry = this.next()) {
      // Updates before the first prompt were already sent when the session was opened.
      if (isPrompt(entry))
        return { prompt: entry, notifications: entry === this.prompts[0] ? [] : notifications };
      if (isUpdate(entry)) notifications.push(entry);
    }
    return null;
  }

  /** Advances to the next entry and returns it, or returns null at the end. */
  next(): TapeEntry | null {
    const entry = this.#entries[this.#place];
    if (entry === undefined) return null;
    this.#place += 1;
    return entry;
  }

  back(): void {
    this.#place -= 1;
  }

  hasRequest(method: string): boolean {
    return this.#entries.some(
      ({ direction, message }) => direction === "fromHarness" && message.method === method,
    );
  }

  /** Returns the driver's recorded response to a request from the harness, or null if none was recorded. */
  answerTo(id: unknown): Message | null {
    const found = this.#entries.find(
      ({ direction, message }) => direction === "toHarness" && isAnswer(message, id),
    );
    return found?.message ?? null;
  }

  #sentBeforePrompt(from: number): TapeEntry[] {
    const end = this.#entries.findIndex((entry, place) => place > from && isPrompt(entry));
    return this.#entries.slice(from, end === -1 ? undefined : end).filter(isUpdate);
  }

  /** Returns a standard response, for a harness that was started before the recording began. */
  #usualAnswer(method: string): Message {
    if (method === "initialize") {
      const agentCapabilities = {
        loadSession: true,
        promptCapabilities: { image: true },
        sessionCapabilities: { resume: {} },
      };
      return { result: { protocolVersion: 1, agentCapabilities } };
    }
    const withSession = this.#entries.find(({ message }) => sessionIdOf(message) !== undefined);
    const sessionId = withSession === undefined ? "unknown" : sessionIdOf(withSession.message);
    return { result: openings.has(method) ? { sessionId } : {} };
  }
}

/** Returns the recorded decision for a permission request, or null for any other request. */
export function answersIn(
  { message }: TapeEntry,
  answer: Message | null,
): { readonly toolCallId: string; readonly outcome: "allow" | "deny" | "cancelled" } | null {
  if (message.method !== "session/request_permission") return null;
  const asked = message.params as {
    readonly toolCall?: { readonly toolCallId?: unknown };
    readonly options?: readonly { readonly optionId?: unknown; readonly kind?: unknown }[];
  };
  const given = answer?.result as
    | { readonly outcome?: { readonly outcome?: unknown; readonly optionId?: unknown } }
    | undefined;
  const toolCallId = String(asked?.toolCall?.toolCallId);
  if (given?.outcome?.outcome !== "selected") return { toolCallId, outcome: "cancelled" };
  const option = asked.options?.find(({ optionId }) => optionId === given.outcome?.optionId);
  return { toolCallId, outcome: String(option?.kind).startsWith("allow") ? "allow" : "deny" };
}

function entryOf(record: WireRecord): TapeEntry | null {
  if (record.type !== "line") return null;
  const { direction, at, text } = record;
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === "object" && message !== null
      ? { direction, at: Date.parse(at), message: message as Message }
      : null;
  } catch (error) {
    // Masking has made the line invalid JSON. The line counts as dropped.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isUpdate({ direction, message }: TapeEntry): boolean {
  return direction === "fromHarness" && message.method === "session/update";
}

function isPrompt({ direction, message }: TapeEntry): boolean {
  return direction === "toHarness" && message.method === "session/prompt";
}

function isAnswer(message: Message, id: unknown): boolean {
  return message.method === undefined && message.id === id;
}

function sessionIdOf({ params }: Message): unknown {
  return (params as { readonly sessionId?: unknown } | undefined)?.sessionId;
}
