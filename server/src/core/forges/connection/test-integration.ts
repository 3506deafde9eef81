import { AppError } from "../../base/index.ts";
import { protectSecrets } from "../integration/ask-account.ts";
import type { Integration } from "../integration/integration.ts";
import { integrationSecretsOf } from "../integration/integration-secrets.ts";
import type { ForgesPorts } from "../ports.ts";
import { connectForge } from "../repository/forge-of.ts";
import { isComplete } from "./create-integration.ts";

type TestPorts = Pick<ForgesPorts, "store" | "forges" | "vault" | "logMask">;

/**
 * Checks that the credential is complete and has all permissions that Tembo needs. Reports a rejection by the forge in
 * the message. If the last sync failed, the message includes its error.
 */
export async function testIntegration(
  ports: TestPorts,
  integration: Integration,
): Promise<{ readonly isHealthy: boolean; readonly message: string }> {
  const { isHealthy, message } = await askForge(ports, integration);
  const last = await ports.store.integrationSetup.lastSync(integration.id);
  if (last?.state.status !== "failed") return { isHealthy, message };
  const { endedAt, outcome } = last.state;
  return { isHealthy, message: `${message} The last sync failed at ${endedAt.toISOString()}: ${outcome}` };
}

async function askForge(ports: TestPorts, integration: Integration) {
  const secrets = await integrationSecretsOf(ports, integration);
  if (secrets === null || !isComplete(secrets.credential)) {
    return { isHealthy: false, message: "The integration is not yet authorized. Authorize it first." };
  }
  protectSecrets(ports, integration, secrets);
  try {
    const forge = await connectForge(ports, integration);
    return await forge.test();
  } catch (cause) {
    if (cause instanceof AppError && isForgeRefusal(cause))
      return { isHealthy: false, message: cause.message };
    throw cause;
  }
}

const isForgeRefusal = ({ code }: AppError) => code === "forge_failed" || code === "forge_unauthorized";
