/**
 * Resources that a session may use: secrets, network policies, harnesses, models and their providers, MCP connections
 * and skills. Other modules and adapters import only this file.
 */
export { canonicalHost, formatHostPort } from "./egress/canonical-host.ts";
export { decideEgress, matchesHost, matchesRule } from "./egress/decide-egress.ts";
export { createDeniedHosts } from "./egress/denied-hosts.ts";
export type { EgressDenial } from "./egress/egress-denial.ts";
export type { EgressPolicy, EgressRule } from "./egress/egress-policy.ts";
export { isAddress, parseAddress } from "./egress/ip-address.ts";
export { parseEgressRule } from "./egress/parse-egress-rule.ts";
export { isPermittedPrivateAddress, isPublicAddress } from "./egress/public-address.ts";
export { requireAllowedEgress } from "./egress/require-allowed-egress.ts";
export { resolveEgressPolicy } from "./egress/resolve-egress-policy.ts";
export {
  type HarnessCapabilities,
  type HarnessCatalog,
  type HarnessInfo,
  type HarnessMode,
  type HarnessService,
  type ModelFamily,
  maxAvailableCommands,
  type RepositoryFiles,
  type SkillFolders,
  type Speed,
} from "./harness/harness-info.ts";
export { loadSessionServers, noServers, type SessionServers } from "./mcp-connection/load-session-servers.ts";
export type { McpConnection, McpServerSetup } from "./mcp-connection/mcp-connection.ts";
export {
  createMcpConnection,
  deleteMcpConnection,
  getMcpConnection,
  type McpConnectionChange,
  mcpConnectionsThere,
  type NewMcpServer,
  requireMcpConnections,
  updateMcpConnection,
} from "./mcp-connection/mcp-connections.ts";
export type { McpGreeter, McpGreeting } from "./mcp-connection/mcp-greeter.ts";
export type { McpServer } from "./mcp-connection/mcp-server.ts";
export { testMcpConnection } from "./mcp-connection/test-mcp-connection.ts";
export { type AgentKey, formatAgentKey, parseAgentKey, requireHarness } from "./model/agent-key.ts";
export { builtInPriceTable, findModel, type Model, models } from "./model/catalog.ts";
export { chooseRoute, servingRoutes } from "./model/choose-route.ts";
export { describeDefaultAgent } from "./model/describe-default-agent.ts";
export { describeMissing, describeMissingOwn, describeRejected } from "./model/describe-missing.ts";
export type { ModelAsker, ShortQuestion } from "./model/model-asker.ts";
export { type ModelChoice, noChoice } from "./model/model-choice.ts";
export { type ModelRoute, routesTo } from "./model/model-routes.ts";
export {
  type CredentialField,
  getModelProvider,
  isConfigured,
  type ModelProvider,
  type ModelProviders,
  type OperatorProvider,
  type ProviderCredential,
} from "./model/provider.ts";
export { canReach, loadProviderAccess, type ProviderAccess } from "./model/provider-access.ts";
export { composeCredential, settingsNeededFor, variablesNeededFor } from "./model/provider-credential.ts";
export { choiceOf, requireModel } from "./model/require-model.ts";
export { providerCredentialOf } from "./model/stored-credential.ts";
export { testModelProvider } from "./model/test-model-provider.ts";
export { type ModelChange, requireListed, updateModel } from "./model/update-model.ts";
export type { AccessPorts, AccessQueries, AccessSettings, AccessStore } from "./ports.ts";
export { bindSecret, getBinding, unbindSecret } from "./secret/bind-secret.ts";
export { createSecret } from "./secret/create-secret.ts";
export {
  type CredentialReader,
  certificateAuthorityOf,
  findCredentialValue,
  findCredentialValues,
  saveCredentialValue,
} from "./secret/credential.ts";
export { deleteSecret } from "./secret/delete-secret.ts";
export { getSecret } from "./secret/get-secret.ts";
export {
  describeMissingKey,
  hasServiceKey,
  type KeptNames,
  loadKeptNames,
  withHarnessKey,
} from "./secret/harness-key.ts";
export { loadSessionSecrets, type SessionSecrets } from "./secret/load-session-secrets.ts";
export { requireMaskable } from "./secret/require-maskable.ts";
export { type MasterKeys, type Rotation, rotateMasterKey } from "./secret/rotate-master-key.ts";
export type { BoundSecret, CertificateAuthority, Secret, SecretBinding } from "./secret/secret.ts";
export { requireSecretKey } from "./secret/secret-key.ts";
export type { SecretPorts } from "./secret/secret-ports.ts";
export type { CredentialName, SealedCredential, SealedSecret } from "./secret/secret-store.ts";
export { updateSecret } from "./secret/update-secret.ts";
export { setEgress } from "./settings/set-egress.ts";
export { type SettingsChange, updateSettings } from "./settings/update-settings.ts";
export { MAX_SKILLS } from "./skill/check-skill.ts";
export { getSkill } from "./skill/get-skill.ts";
export { descriptionOf, keywordsOf, mainFileText } from "./skill/main-file-text.ts";
export { createSkill, updateSkill } from "./skill/save-skill.ts";
export { mainFile, type Skill, type SkillFile } from "./skill/skill.ts";
