import {
  IconBook2,
  IconBrandGit,
  IconBuilding,
  IconCoin,
  IconCpu,
  IconKey,
  IconLock,
  IconPlugConnected,
  IconUserCircle,
  IconUsers,
  IconWebhook,
  IconWorld,
} from "@tabler/icons-react";
import { lazy } from "react";

/** Every section, as it stands in the list and in the address. Each is loaded when somebody opens it. */
export const groups = [
  {
    id: "you",
    sections: [
      {
        id: "account",
        icon: IconUserCircle,
        component: lazy(() => import("./account/account-section.tsx")),
      },
    ],
  },
  {
    id: "organization",
    sections: [
      {
        id: "organization",
        icon: IconBuilding,
        component: lazy(() => import("./organization/organization-section.tsx")),
      },
      { id: "members", icon: IconUsers, component: lazy(() => import("./members/members-section.tsx")) },
      { id: "api-keys", icon: IconKey, component: lazy(() => import("./api-keys/api-keys-section.tsx")) },
      { id: "budget", icon: IconCoin, component: lazy(() => import("./limits/budget-section.tsx")) },
    ],
  },
  {
    id: "work",
    sections: [
      { id: "models", icon: IconCpu, component: lazy(() => import("./models/models-section.tsx")) },
      { id: "secrets", icon: IconLock, component: lazy(() => import("./secrets/secrets-section.tsx")) },
      { id: "egress", icon: IconWorld, component: lazy(() => import("./limits/egress-section.tsx")) },
      { id: "skills", icon: IconBook2, component: lazy(() => import("./skills/skills-section.tsx")) },
      { id: "mcp", icon: IconPlugConnected, component: lazy(() => import("./mcp/mcp-section.tsx")) },
    ],
  },
  {
    id: "outside",
    sections: [
      {
        id: "integrations",
        icon: IconBrandGit,
        component: lazy(() => import("./integrations/integrations-section.tsx")),
      },
      { id: "webhooks", icon: IconWebhook, component: lazy(() => import("./webhooks/webhooks-section.tsx")) },
    ],
  },
] as const;
