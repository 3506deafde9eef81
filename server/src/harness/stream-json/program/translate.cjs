const maxOutputChars = 100_000;

/** Stop reasons that end a turn. After any other reason, such as `tool_use`, the turn continues. */
const stopReasons = new Set(["end_turn", "max_tokens", "refusal"]);

/**
 * Translates the stream JSON messages of one turn (ampcode.com/manual/appendix: Claude Code's format, with thinking) into ACP updates. The
 * messages are unvalidated. Data that does not match the documentation is omitted.
 */
function createTranslator({ toolKinds, edits }) {
  /**
   * Usage by the ID of the model's response, or by its position if it has no ID. A response of several lines therefore counts only once.
   */
  const counted = new Map();
  let total = null;
  let stopReason = null;
  let failure = null;
  return {
    translate(message) {
      if (message.type === "assistant") return translateAssistant(message);
      if (message.type === "user") return blocksOf(message).filter(isResult).map(resultUpdate);
      if (message.type === "result") applyResult(message);
      if (message.type === "error" || (message.type === "system" && /^error/.test(message.subtype)))
        fail(message);
      return [];
    },
    /** Returns the ACP stop reason, or null while the turn continues. */
    stopReason: () => stopReason,
    failure: () => failure,
    usage: () => acpUsage(total === null ? [...counted.values()] : [total]),
  };

  function translateAssistant({ message, parent_tool_use_id: parent, ...rest }) {
    if (isObject(message?.usage)) counted.set(message.id ?? counted.size, message.usage);
    // Only the agent that started a subagent receives its text. Users also see a subagent's tool calls.
    if (!parent) stopReason = stopReasons.has(message?.stop_reason) ? message.stop_reason : null;
    return blocksOf({ message, ...rest }).flatMap((block) => {
      if (block.type === "tool_use" && typeof block.id === "string") return [callUpdate(block)];
      if (parent) return [];
      if (block.type === "text") return chunk("agent_message_chunk", block.text);
      return block.type === "thinking" ? chunk("agent_thought_chunk", block.thinking) : [];
    });
  }

  function callUpdate({ id, name, input }) {
    return {
      sessionUpdate: "tool_call",
      toolCallId: id,
      title: titleOf(name, input),
      kind: toolKinds[name] ?? "other",
      status: "in_progress",
      rawInput: input,
      content: diffsOf(edits[name], input),
    };
  }

  function applyResult(message) {
    if (isObject(message.usage)) total = message.usage;
    if (message.subtype === "error_max_turns") stopReason = "max_turn_requests";
    else if (message.is_error === true || message.subtype !== "success") fail(message);
    else stopReason ??= "end_turn";
  }

  function fail({ error, message, result, subtype }) {
    const words = [error, error?.message, message, result, subtype].find(
      (one) => typeof one === "string" && one !== "",
    );
    failure = words ?? "it failed without a message";
  }
}

function resultUpdate({ tool_use_id: toolCallId, content, is_error: isError }) {
  return {
    sessionUpdate: "tool_call_update",
    toolCallId,
    status: isError === true ? "failed" : "completed",
    rawOutput: textOfResult(content).slice(0, maxOutputChars),
  };
}

/** Returns the text of a result, which is a string or a list of content blocks. */
function textOfResult(content) {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return content === undefined ? "" : JSON.stringify(content);
  return content
    .map((block) => (typeof block?.text === "string" ? block.text : `[${block?.type}]`))
    .join("\n");
}

/** Returns the diffs in a tool's input. `edit` contains the names of the input fields. */
function diffsOf(edit, input) {
  if (edit === undefined || !isObject(input)) return [];
  const path = input[edit.path];
  const newText = input[edit.newText];
  if (typeof path !== "string" || typeof newText !== "string") return [];
  return [{ type: "diff", path, oldText: input[edit.oldText] ?? null, newText }];
}

function titleOf(name, input) {
  const first = isObject(input) ? Object.values(input).find((value) => typeof value === "string") : undefined;
  return first === undefined ? String(name) : `${name}: ${first.split("\n")[0].slice(0, 200)}`;
}

const chunk = (sessionUpdate, text) =>
  typeof text === "string" && text !== "" ? [{ sessionUpdate, content: { type: "text", text } }] : [];

function acpUsage(usages) {
  if (usages.length === 0) return null;
  const sum = (field) =>
    usages.reduce((all, usage) => all + (Number.isFinite(usage[field]) ? usage[field] : 0), 0);
  const inputTokens = sum("input_tokens");
  const outputTokens = sum("output_tokens");
  const cachedReadTokens = sum("cache_read_input_tokens");
  const cachedWriteTokens = sum("cache_creation_input_tokens");
  const totalTokens = inputTokens + outputTokens + cachedReadTokens + cachedWriteTokens;
  return { totalTokens, inputTokens, outputTokens, cachedReadTokens, cachedWriteTokens };
}

function blocksOf({ message }) {
  return Array.isArray(message?.content) ? message.content.filter(isObject) : [];
}

const isResult = (block) => block.type === "tool_result" && typeof block.tool_use_id === "string";
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

module.exports = { createTranslator };
