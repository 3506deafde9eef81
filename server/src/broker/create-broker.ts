import type { Broker } from "../core/turns/index.ts";
import { createEgressDoor, type EgressDoorOptions } from "./egress/create-egress-door.ts";
import { createGitDoor, type GitDoorOptions } from "./git/git-door.ts";
import { createModelGateways, type ModelGatewayOptions } from "./model/model-gateway.ts";
import { createToolsDoor } from "./tools/tools-door.ts";

export type BrokerOptions = ModelGatewayOptions & EgressDoorOptions & GitDoorOptions;

/** The doors out of a sandbox. Throws `invalid_input` for a provider's base URL or a private host that cannot be read. */
export function createBroker(options: BrokerOptions): Broker {
  return {
    openModelGateway: createModelGateways(options),
    ...createEgressDoor(options),
    ...createGitDoor(options),
    ...createToolsDoor(options),
  };
}
