import type { Route } from "../fake-router.ts";
import { accessRoutes } from "./access.ts";
import { checkRoutes } from "./checks.ts";
import { conversationRoutes } from "./conversations.ts";
import { hookRoutes } from "./hooks.ts";
import { mergeRequestRoutes } from "./merge-requests.ts";
import { projectRoutes } from "./projects.ts";

export const routes: readonly Route[] = [
  ...accessRoutes,
  ...projectRoutes,
  ...mergeRequestRoutes,
  ...conversationRoutes,
  ...checkRoutes,
  ...hookRoutes,
];
