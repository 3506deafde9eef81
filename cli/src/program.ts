import type { Registry, World } from "./cli.ts";
import { addAgentCommands } from "./commands/agent/agent.ts";
import { addArtifactCommands } from "./commands/artifact/artifact.ts";
import { addAuditCommand } from "./commands/audit/audit.ts";
import { addBudgetCommands } from "./commands/budget/budget.ts";
import { addCompletionCommands } from "./commands/completion/completion.ts";
import { addDeliveryCommands } from "./commands/delivery/delivery.ts";
import { addEgressCommands } from "./commands/egress/egress.ts";
import { addHarnessCommands } from "./commands/harness/harness.ts";
import { addIntegrationCommands } from "./commands/integration/integration.ts";
import { addKeyCommands } from "./commands/key/key.ts";
import { addLoginCommands } from "./commands/login/login.ts";
import { addMailServerCommands } from "./commands/mail-server/mail-server.ts";
import { addMcpCommands } from "./commands/mcp/mcp.ts";
import { addMemberCommands } from "./commands/member/member.ts";
import { addModelCommands } from "./commands/model/model.ts";
import { addNotificationCommands } from "./commands/notification/notification.ts";
import { addOpenCommand } from "./commands/open/open.ts";
import { addPermissionCommands } from "./commands/permission/permission.ts";
import { addPlanCommands } from "./commands/plan/plan.ts";
import { addProjectCommands } from "./commands/project/project.ts";
import { addPullRequestCommands } from "./commands/pull-request/pull-request.ts";
import { addRepoCommands } from "./commands/repo/repo.ts";
import { addSecretCommands } from "./commands/secret/secret.ts";
import { addServerCommands } from "./commands/server/server.ts";
import { addSessionCommands } from "./commands/session/session.ts";
import { addSettingsCommands } from "./commands/settings/settings.ts";
import { addSkillCommands } from "./commands/skill/skill.ts";
import { addStatusCommand } from "./commands/status/status.ts";
import { addUsageCommand } from "./commands/usage/usage.ts";
import { addUserCommands } from "./commands/user/user.ts";
import { addWebhookCommands } from "./commands/webhook/webhook.ts";
import { createProgram, runProgram } from "./run-program.ts";

/** Runs the command with these arguments, without program and script. Resolves with the exit status and never rejects. */
export function runTembo(args: readonly string[], world: World): Promise<number> {
  return runProgram(args, world, addAllCommands);
}

/** Builds the tree of all commands. */
export function buildProgram(world: World): ReturnType<typeof createProgram> {
  return createProgram(world, addAllCommands);
}

function addAllCommands(registry: Registry): void {
  const { program } = registry;
  program.commandsGroup("Work:");
  addSessionCommands(registry);
  addPlanCommands(registry);
  addAgentCommands(registry);
  addArtifactCommands(registry);
  addPullRequestCommands(registry);
  addRepoCommands(registry);
  addOpenCommand(registry);
  program.commandsGroup("Configure sessions:");
  addProjectCommands(registry);
  addSecretCommands(registry);
  addSkillCommands(registry);
  addMcpCommands(registry);
  addModelCommands(registry);
  program.commandsGroup("Organization:");
  addIntegrationCommands(registry);
  addDeliveryCommands(registry);
  addMemberCommands(registry);
  addUserCommands(registry);
  addKeyCommands(registry);
  addSettingsCommands(registry);
  addNotificationCommands(registry);
  addMailServerCommands(registry);
  addPermissionCommands(registry);
  addEgressCommands(registry);
  addBudgetCommands(registry);
  addWebhookCommands(registry);
  addStatusCommand(registry);
  addUsageCommand(registry);
  addAuditCommand(registry);
  program.commandsGroup("This machine:");
  addLoginCommands(registry);
  addCompletionCommands(registry);
  addServerCommands(registry);
  addHarnessCommands(registry);
}
