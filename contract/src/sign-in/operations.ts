import type { Operation } from "../operation.ts";
import { signedIn, signedOut, signInCreateBody, signInState } from "./sign-in.ts";

/** How people come in with a browser: a cookie stands for an API key of theirs. */
export const signInOperations = {
  signInCreate: {
    method: "POST",
    path: "/v1/sign-in",
    tier: "tembo",
    isOpen: true,
    summary: "Sign in with a browser",
    body: signInCreateBody,
    status: 200,
    response: signedIn,
  },
  signInRetrieve: {
    method: "GET",
    path: "/v1/sign-in",
    tier: "tembo",
    isOpen: true,
    summary: "Who is signed in with this browser",
    status: 200,
    response: signInState,
  },
  signInDelete: {
    method: "DELETE",
    path: "/v1/sign-in",
    tier: "tembo",
    isOpen: true,
    summary: "Sign out",
    status: 200,
    response: signedOut,
  },
} as const satisfies Record<string, Operation>;
