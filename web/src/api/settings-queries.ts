import { queryOptions } from "@tanstack/react-query";
import { tembo } from "./client.ts";

export const userSettingsQuery = (userId: string) =>
  queryOptions({
    queryKey: ["user-settings", userId],
    queryFn: ({ signal }) => tembo.users.settings.retrieve(userId, { signal }),
  });

export const notificationsQuery = (userId: string) =>
  queryOptions({
    queryKey: ["notifications", userId],
    queryFn: ({ signal }) => tembo.users.notifications.retrieve(userId, { signal }),
  });

export const pushSubscriptionsQuery = (userId: string) =>
  queryOptions({
    queryKey: ["push-subscriptions", userId],
    queryFn: ({ signal }) => tembo.users.pushSubscriptions.list(userId, { signal }),
  });

export const mailServerQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ["mail-server", organizationId],
    queryFn: ({ signal }) => tembo.organizations.mailServer.retrieve(organizationId, { signal }),
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
