import { operations } from "@tembo/contract";
import type { FastifyInstance } from "fastify";
import { setEgress } from "../../../core/access/index.ts";
import { getOrganization } from "../../../core/accounts/index.ts";
import type { Ports } from "../../../core/ports.ts";
import { route } from "../../route.ts";
import { budgetOf, budgetView, egressView } from "./organization-view.ts";
import { ownOrganization } from "./own-organization.ts";

/** Serves the egress policy and the budgets of the organization's sessions. */
export function organizationLimitRoutes(app: FastifyInstance, ports: Ports): void {
  route(app, operations.organizationEgressRetrieve, async (request) => {
    const { egress } = await getOrganization(ports.store, ownOrganization(request));
    return egressView(egress);
  });

  route(app, operations.organizationEgressUpdate, async (request) =>
    egressView(await setEgress(ports, ownOrganization(request), request.body)),
  );

  route(app, operations.organizationBudgetRetrieve, async (request) => {
    const { budget } = await getOrganization(ports.store, ownOrganization(request));
    return budgetView(budget);
  });

  route(app, operations.organizationBudgetUpdate, async (request) => {
    const budget = budgetOf(request.body);
    await ports.store.organizations.setBudget(ownOrganization(request), budget);
    return budgetView(budget);
  });
}
