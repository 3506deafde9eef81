import type { Broker } from "../core/turns/index.ts";
import { createEgressProxy, type EgressProxyOptions } from "./egress/create-egress-proxy.ts";
import { createGitProxy, type GitProxyOptions } from "./git/git-proxy.ts";
import { createModelAsker } from "./model/ask-model.ts";
import { createModelGateways, type ModelGatewayOptions } from "./model/model-gateway.ts";
import { createSessionToolsServer, type SessionToolsOptions } from "./tools/session-tools-server.ts";

export type BrokerOptions = ModelGatewayOptions & EgressProxyOptions & GitProxyOptions & SessionToolsOptions;

/**
 * Creates the broker endpoints that sandboxes use. Throws `invalid_input` if the operator's base URL of Anthropic, OpenAI or Gemini is not
 * valid, or if a private host cannot be parsed.
 */
export function createBroker(options: BrokerOptions): Broker {
  return {
    openModelGateway: createModelGateways(options),
    askModel: createModelAsker(options),
    ...createEgressProxy(options),
    ...createGitProxy(options),
    ...createSessionToolsServer(options),
  };
}
