import { eventsOfTurn } from "../../../sessions/index.ts";
import type { TurnContext } from "../turn-context.ts";
import { accountOf, type TurnAccount } from "./turn-account.ts";

/** What the turn's own events say of its work; they are masked already. */
export async function loadTurnAccount(context: TurnContext): Promise<TurnAccount> {
  return accountOf(await eventsOfTurn(context));
}
