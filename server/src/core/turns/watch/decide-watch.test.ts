import assert from "node:assert/strict";
import { test } from "node:test";
import { minuteMs } from "../../base/index.ts";
import { decideWatch, endMarginMs, stopLimitMs } from "./decide-watch.ts";
import type { WatchedTurn } from "./watched-turn.ts";

const now = new Date("2026-01-02T03:04:05Z");
const ago = (ms: number) => new Date(now.getTime() - ms);
const turnLimitMs = 120 * minuteMs;
const overdueMs = turnLimitMs + endMarginMs;
const placed = (forMs: number) => ({ kind: "placed", forMs }) as const;

interface Case {
  readonly name: string;
  readonly turn: Partial<WatchedTurn>;
  readonly expected: "cancelled" | "failed" | null;
}

const cases: readonly Case[] = [
  { name: "leaves a turn that waits for a machine", turn: { place: { kind: "waiting" } }, expected: null },
  {
    name: "leaves a turn that waits for a machine after its time limit",
    turn: { startedAt: ago(overdueMs), place: { kind: "waiting" } },
    expected: null,
  },
  {
    name: "leaves a turn that saves its work after its time limit",
    turn: { startedAt: ago(overdueMs - 1), place: placed(overdueMs) },
    expected: null,
  },
  {
    name: "fails a turn that its worker does not end",
    turn: { startedAt: ago(overdueMs), place: placed(overdueMs) },
    expected: "failed",
  },
  {
    name: "fails such a turn of an earlier release, which has no placement",
    turn: { startedAt: ago(overdueMs), place: { kind: "none" } },
    expected: "failed",
  },
  {
    name: "leaves an old turn to the machine that has just got it",
    turn: { startedAt: ago(overdueMs), place: placed(endMarginMs - 1) },
    expected: null,
  },
  {
    name: "leaves a stop to the worker for five minutes",
    turn: { startedAt: ago(stopLimitMs), stopRequestedAt: ago(stopLimitMs - 1), place: placed(stopLimitMs) },
    expected: null,
  },
  {
    name: "cancels a turn whose worker does not follow the stop",
    turn: { startedAt: ago(stopLimitMs), stopRequestedAt: ago(stopLimitMs), place: placed(stopLimitMs) },
    expected: "cancelled",
  },
  {
    name: "leaves a stop to the machine that has just got the turn",
    turn: { startedAt: ago(overdueMs), stopRequestedAt: ago(stopLimitMs), place: placed(0) },
    expected: null,
  },
  {
    name: "cancels a stopped turn that no machine has",
    turn: { startedAt: ago(1), stopRequestedAt: now, place: { kind: "waiting" } },
    expected: "cancelled",
  },
];

for (const { name, turn, expected } of cases)
  test(name, () => {
    const watched = { startedAt: null, stopRequestedAt: null, place: { kind: "none" }, ...turn } as const;
    assert.equal(decideWatch(watched, now, turnLimitMs)?.status ?? null, expected);
  });
