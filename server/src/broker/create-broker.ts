import type { Broker } from "../core/ports/broker.ts";
import { createModelGateways, type ModelGatewayOptions } from "./model/model-gateway.ts";

export type BrokerOptions = ModelGatewayOptions;

/** The doors out of a sandbox. Throws `invalid_input` when a provider's base URL is none. */
export function createBroker(options: BrokerOptions): Broker {
  return { openModelGateway: createModelGateways(options) };
}
