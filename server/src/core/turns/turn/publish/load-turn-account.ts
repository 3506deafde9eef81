import { eventsOfTurn } from "../../../sessions/index.ts";
import type { TurnContext } from "../turn-context.ts";
import { accountOf, type TurnAccount } from "./turn-account.ts";

/** Loads the summary of the turn's work from its events, which are already masked. */
export async function loadTurnAccount(context: TurnContext): Promise<TurnAccount> {
  return accountOf(await eventsOfTurn(context));
}
