import { queryOptions } from "@tanstack/react-query";
import { tembo } from "./client.ts";

export const userSettingsQuery = (userId: string) =>
  queryOptions({
    queryKey: ["user-settings", userId],
    queryFn: ({ signal }) => tembo.users.settings.retrieve(userId, { signal }),
  });

export const organizationSettingsQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ["organization-settings", organizationId],
    queryFn: ({ signal }) => tembo.organizations.settings.retrieve(organizationId, { signal }),
  });

export const egressQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ["egress", organizationId],
    queryFn: ({ signal }) => tembo.organizations.egress.retrieve(organizationId, { signal }),
  });

export const budgetQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ["budget", organizationId],
    queryFn: ({ signal }) => tembo.organizations.budget.retrieve(organizationId, { signal }),
  });
