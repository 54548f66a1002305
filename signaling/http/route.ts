import type { IncomingMessage, ServerResponse } from "node:http";
import type { Role } from "../protocol/messages.ts";

/** One thing that can be asked for over HTTP. */
export interface Route {
	readonly method: "GET" | "POST" | "PATCH" | "DELETE";
	/** Matched against the whole path; groups become `params`. */
	readonly path: RegExp;
	/** Who may ask: `anyone`, or whoever shows a token or cookie. */
	readonly for: "anyone" | "known";
	handle(request: RouteRequest, response: ServerResponse): Promise<void> | void;
}

export interface RouteRequest {
	readonly message: IncomingMessage;
	readonly params: readonly string[];
	/** What the credentials give; `undefined` only on routes for anyone. */
	readonly role: Role | undefined;
	/** The token of an `Authorization: Bearer` header. */
	readonly bearer: string | undefined;
}
