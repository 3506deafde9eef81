/**
 * Automation: saved agents with their schedules and triggers, conversations on forges, and outgoing webhooks. Other
 * modules and adapters import only this file.
 */

export type { Agent, AgentOverview, AgentRevision, Instructions, RunPolicy } from "./agent/agent.ts";
export type { AgentFilter } from "./agent/agent-store.ts";
export { type AgentWords, copyAgent, createAgent, createFromTemplate } from "./agent/create-agent.ts";
export { getAgent, getAgentByKeyOrId } from "./agent/get-agent.ts";
export { expandCreation, expandMessage, expandWords } from "./agent/macro/expand-macro.ts";
export { requestRun } from "./agent/run/queue-run.ts";
export { addSchedule, getSchedule, timesOf, updateSchedule } from "./agent/start/change-schedules.ts";
export {
  addTrigger,
  getTrigger,
  type TriggerWords,
  triggerDisplayName,
  updateTrigger,
} from "./agent/start/change-triggers.ts";
export type { AgentSchedule } from "./agent/start/schedule.ts";
export type { AgentTrigger } from "./agent/start/trigger.ts";
export type { AgentTemplate } from "./agent/template/template.ts";
export { agentTemplates, getTemplate } from "./agent/template/templates.ts";
export { tendAgents } from "./agent/tend-agents.ts";
export { type AgentChange, restoreRevision, updateAgent } from "./agent/update-agent.ts";
export { dueJobs } from "./dispatch/due-jobs.ts";
export { runJob } from "./dispatch/run-job.ts";
export type { JobHandlers } from "./job/job-handlers.ts";
export { enqueueNotifications } from "./notification/enqueue-notifications.ts";
export { deleteMailServer, saveMailServer } from "./notification/mail-server.ts";
export type { Mail, Mailer, MailResult } from "./notification/mailer.ts";
export type {
  MailServer,
  Notification,
  NotificationEvent,
  PartialPreferences,
  PushSubscription,
} from "./notification/notification.ts";
export type { Participant } from "./notification/notification-store.ts";
export { findEmailProblem, getPreferences, updatePreferences } from "./notification/preferences.ts";
export { getPushKeys } from "./notification/push/push-keys.ts";
export {
  createPushSubscription,
  deletePushSubscription,
  listPushSubscriptions,
} from "./notification/push/push-subscriptions.ts";
export { sendTestNotification } from "./notification/test-notification.ts";
export type { AutomationPorts, AutomationQueries, AutomationStore, AutomationTransaction } from "./ports.ts";
export { handleEvent } from "./reaction/handle-event.ts";
export { enqueueWebhookEvents } from "./webhook/enqueue-webhook-events.ts";
export {
  createWebhook,
  deleteWebhook,
  getWebhook,
  rotateWebhookSecret,
  updateWebhook,
} from "./webhook/manage-webhooks.ts";
export { replayOutgoingDelivery, showOutgoingDelivery, testWebhook } from "./webhook/outgoing-deliveries.ts";
export type { PublicViews } from "./webhook/public-views.ts";
export type { OutgoingAttempt, OutgoingDelivery, OutgoingEvent, Webhook } from "./webhook/webhook.ts";
