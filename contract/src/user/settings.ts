import { z } from "zod";

const flag = z.boolean();
const short = z.string().max(255);
const long = z.string().max(4096);
const longList = z.array(z.string()).max(100);

const appearance = z.strictObject({
  appTheme: z.enum(["light", "dark", "system"]).optional(),
  accentTheme: z
    .strictObject({
      themeId: short,
      customSurface: long.nullable(),
      customAccent: long.nullable(),
      customIntensity: z.number().min(0.25).max(2),
      systemLight: short,
      systemDark: short,
    })
    .partial()
    .optional(),
});

const appSidebar = z
  .strictObject({
    open: flag,
    sessionOwnerScope: z.enum(["mine", "team"]),
    sessionSortBy: z.enum(["createdAt", "updatedAt"]),
    sessionOrganization: z.enum(["list", "project"]),
    showArchivedSessions: flag,
    width: z.number().min(0).max(10_000),
    rightSidebar: z.record(z.string(), z.strictObject({ open: flag, width: short }).partial()),
  })
  .partial();

const diff = z
  .strictObject({
    style: z.enum(["unified", "split"]),
    indicators: z.enum(["classic", "bars", "none"]),
    overflow: z.enum(["scroll", "wrap"]),
    showLineNumbers: flag,
    expandUnchanged: flag,
    showFileTree: flag,
    fileTreePosition: z.enum(["left", "right"]),
    fileTreeView: z.enum(["list", "tree"]),
    lightTheme: short,
    darkTheme: short,
  })
  .partial();

const taskFilters = z
  .strictObject({
    statusFilter: longList,
    sortBy: z.enum(["createdAt", "updatedAt"]),
    searchQuery: long,
    integrationType: longList,
    externalId: long,
    projectFilter: longList,
    authorFilter: longList,
    prStatusFilter: longList,
    automationFilter: longList,
  })
  .partial();

/** The filters are parameters of the dashboard's URL. */
const savedView = z.strictObject({
  name: z.string().min(1).max(60),
  filters: z.record(z.string().max(60), short),
});

const lastRepository = z.strictObject({ id: long, name: long.optional(), type: short.optional() });

const review = z
  .strictObject({
    fileSortMode: z.enum(["tree", "path-asc", "path-desc", "largest", "smallest"]),
    excludedFilePatterns: longList,
    sections: z.record(z.string(), flag),
    hideBotComments: flag,
    layout: z.record(z.string(), z.unknown()),
  })
  .partial();

const agent = z
  .string()
  .max(255)
  .regex(/^[^:]+:[^:]+(?::[^:]+)?$/);

/**
 * Preferences of a user, with the vendor's names. `defaultAgent` applies to sessions that the user creates. The server
 * stores the other fields for clients and does not use them.
 */
export const userSettings = z
  .strictObject({
    autoRestartVm: flag,
    defaultProjectId: z.string().min(1).max(255).nullable(),
    gpgKey: z.string().max(32_768),
    includeTemboCommitAttribution: flag,
    desktopNotificationsEnabled: flag,
    desktopNotificationPreferences: z
      .strictObject({ awaitingApproval: flag, pullRequestOpened: flag, pullRequestReviewRequested: flag })
      .partial(),
    appearancePreferences: appearance,
    appSidebarPreferences: appSidebar,
    diffPreferences: diff,
    dashboardPreferences: z.strictObject({
      taskFilters: taskFilters.optional(),
      savedViews: z
        .array(savedView)
        .max(50)
        .optional()
        .describe("Named filters of the session list. An extension of this server."),
    }),
    composerPreferences: z.strictObject({
      lastSelectedRepositories: z.array(lastRepository).max(100).optional(),
      enterSends: flag
        .optional()
        .describe("True if Enter alone sends a message in the dashboard. An extension of this server."),
    }),
    reviewPreferences: review,
    diffLightTheme: short,
    diffDarkTheme: short,
    followUpBehavior: z.enum(["queue", "steer"]),
    customSystemPrompt: long,
    defaultAgent: agent,
  })
  .partial();
export type UserSettings = z.infer<typeof userSettings>;
export const userSettingsUpdate = userSettings.extend({
  defaultAgent: agent.nullable().optional().describe("Null removes the default agent."),
});
export type UserSettingsUpdate = z.infer<typeof userSettingsUpdate>;
