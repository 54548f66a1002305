import type { IncomingMessage, ServerResponse } from "node:http";
import type { Rights } from "../grants/rights.ts";

/** One thing that can be asked for over HTTP. */
export interface Route {
	readonly method: "GET" | "POST" | "PATCH" | "DELETE";
	/** Matched against the whole path; groups become `params`. */
	readonly path: RegExp;
	/**
	 * Who may ask: `anyone`; `known`, whoever has a right to any device, the route looks which; `owner`, whoever owns
	 * every device.
	 */
	readonly for: "anyone" | "known" | "owner";
	handle(request: RouteRequest, response: ServerResponse): Promise<void> | void;
}

export interface RouteRequest {
	readonly message: IncomingMessage;
	readonly params: readonly string[];
	/** Everything that the credentials give; empty only on routes for anyone. */
	readonly rights: readonly Rights[];
	/** Network address that it comes from. */
	readonly address: string | undefined;
}
