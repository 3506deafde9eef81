import {
  IconBell,
  IconBook2,
  IconBrandGit,
  IconBuilding,
  IconChartBar,
  IconCoin,
  IconCpu,
  IconHeartbeat,
  IconKey,
  IconListDetails,
  IconLock,
  IconMail,
  IconPlugConnected,
  IconUserCircle,
  IconUsers,
  IconWebhook,
  IconWorld,
} from "@tabler/icons-react";
import { lazyPart } from "../components/loading/lazy-part.ts";

/** All sections in display order, with their URL names. A section's code loads when the user opens the section. */
export const groups = [
  {
    id: "you",
    sections: [
      {
        id: "account",
        icon: IconUserCircle,
        component: lazyPart(() => import("./account/account-section.tsx")),
      },
      {
        id: "notifications",
        icon: IconBell,
        component: lazyPart(() => import("./notifications/notifications-section.tsx")),
      },
    ],
  },
  {
    id: "organization",
    sections: [
      {
        id: "organization",
        icon: IconBuilding,
        component: lazyPart(() => import("./organization/organization-section.tsx")),
      },
      { id: "members", icon: IconUsers, component: lazyPart(() => import("./members/members-section.tsx")) },
      { id: "api-keys", icon: IconKey, component: lazyPart(() => import("./api-keys/api-keys-section.tsx")) },
      { id: "budget", icon: IconCoin, component: lazyPart(() => import("./limits/budget-section.tsx")) },
      { id: "usage", icon: IconChartBar, component: lazyPart(() => import("./usage/usage-section.tsx")) },
      {
        id: "audit-log",
        icon: IconListDetails,
        component: lazyPart(() => import("./audit-log/audit-log-section.tsx")),
      },
      {
        id: "status",
        icon: IconHeartbeat,
        component: lazyPart(() => import("./status/status-section.tsx")),
      },
    ],
  },
  {
    id: "work",
    sections: [
      { id: "models", icon: IconCpu, component: lazyPart(() => import("./models/models-section.tsx")) },
      { id: "secrets", icon: IconLock, component: lazyPart(() => import("./secrets/secrets-section.tsx")) },
      { id: "egress", icon: IconWorld, component: lazyPart(() => import("./limits/egress-section.tsx")) },
      { id: "skills", icon: IconBook2, component: lazyPart(() => import("./skills/skills-section.tsx")) },
      { id: "mcp", icon: IconPlugConnected, component: lazyPart(() => import("./mcp/mcp-section.tsx")) },
    ],
  },
  {
    id: "outside",
    sections: [
      {
        id: "integrations",
        icon: IconBrandGit,
        component: lazyPart(() => import("./integrations/integrations-section.tsx")),
      },
      {
        id: "webhooks",
        icon: IconWebhook,
        component: lazyPart(() => import("./webhooks/webhooks-section.tsx")),
      },
      {
        id: "mail-server",
        icon: IconMail,
        component: lazyPart(() => import("./mail-server/mail-server-section.tsx")),
      },
    ],
  },
] as const;
