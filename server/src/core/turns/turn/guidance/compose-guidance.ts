import { AppError } from "../../../base/index.ts";
import { appendEvent } from "../../../sessions/index.ts";
import type { Checkout } from "../checkout.ts";
import type { TurnContext } from "../turn-context.ts";
import { checkoutPathOf } from "../workspace-layout.ts";
import { decideRules, type RepositoryRules, type RulesDecision, ruleFiles } from "./decide-rules.ts";
import { guidanceText } from "./guidance-text.ts";
import { capabilitiesOf, instructionsOf } from "./organization-instructions.ts";

const MAX_FILE_BYTES = 64 * 1024;
/**
 * Maximum total length of all repositories' rules. It is limited because the model processes the prompt again in each
 * step.
 */
const MAX_TOTAL_LENGTH = 128 * 1024;

/**
 * Composes the information that the harness needs before its first message and would not find on its own. Returns null if
 * there is none. Appends a notice about rules that are omitted.
 */
export async function composeGuidance(context: TurnContext): Promise<string | null> {
  const rules: RepositoryRules[] = [];
  let length = 0;
  for (const checkout of context.checkouts) {
    const decision = await rulesOf(context, checkout);
    if (decision.kind === "refuse") await appendLeftOut(context, checkout, decision.why);
    if (decision.kind !== "include") continue;
    length += decision.rules.text.length;
    if (length > MAX_TOTAL_LENGTH) {
      const why = `this session's repository rules exceed ${MAX_TOTAL_LENGTH} characters in total. ${decision.rules.file} and the rules after it are omitted.`;
      await appendLeftOut(context, checkout, why);
      break;
    }
    rules.push(decision.rules);
  }
  const instructions = capabilitiesOf(context).takesInstructions ? null : instructionsOf(context);
  return guidanceText({ instructions, rules });
}

async function rulesOf(context: TurnContext, checkout: Checkout): Promise<RulesDecision> {
  const { workspaceFiles } = context.ports;
  const { directory } = checkout.use;
  const root = checkoutPathOf(context, checkout);
  const file = await findFirst(ruleFiles, (path) => workspaceFiles.isFile(root, path));
  if (file === null) return { kind: "nothing" };
  // With several repositories, the harness starts in their parent folder and finds no rules there.
  const itsOwn = context.checkouts.length === 1 ? capabilitiesOf(context).readsRuleFiles : [];
  const own = await findFirst(itsOwn, (path) => workspaceFiles.isFile(root, path));
  if (own === file) return { kind: "nothing" };
  try {
    const text = await workspaceFiles.readText(root, file, MAX_FILE_BYTES);
    if (text === null) return { kind: "nothing" };
    const ownText =
      own === null ? null : await readIfSmall(() => workspaceFiles.readText(root, own, MAX_FILE_BYTES));
    return decideRules({ directory, file, text }, ownText);
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== "invalid_input") throw cause;
    return { kind: "refuse", why: `${cause.message} Its rules are ignored.` };
  }
}

async function findFirst<T>(items: readonly T[], isIt: (item: T) => Promise<boolean>): Promise<T | null> {
  for (const item of items) if (await isIt(item)) return item;
  return null;
}

/** Reads a file for comparison. Returns null if the file is too large, so that it counts as different. */
async function readIfSmall(read: () => Promise<string | null>): Promise<string | null> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof AppError && cause.code === "invalid_input") return null;
    throw cause;
  }
}

function appendLeftOut(context: TurnContext, { repository, use }: Checkout, why: string): Promise<void> {
  return appendEvent(context, `rules:${repository.id}`, {
    type: "notice",
    message: `${use.directory}: ${why}`,
  });
}
