import { testChecks } from "./testing/contract-checks.ts";
import { testConversations } from "./testing/contract-conversations.ts";
import { testPullRequests } from "./testing/contract-pull-requests.ts";
import { testRepositories } from "./testing/contract-repositories.ts";
import { testWebhooks } from "./testing/contract-webhooks.ts";
import type { MakeForge } from "./testing/forge-under-test.ts";

/** Contract suite of the Forge port, which every adapter must pass. */
export function testForgeContract(name: string, make: MakeForge): void {
  testRepositories(name, make);
  testPullRequests(name, make);
  testConversations(name, make);
  testChecks(name, make);
  testWebhooks(name, make);
}
