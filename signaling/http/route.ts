import type { IncomingMessage, ServerResponse } from "node:http";
import type { Credentials } from "../grants/access.ts";
import type { Rights } from "../grants/rights.ts";

/** One thing that can be asked for over HTTP. */
export interface Route {
	readonly method: "GET" | "POST" | "PATCH" | "DELETE" | "OPTIONS";
	/** Matched against the whole path; groups become `params`. */
	readonly path: RegExp;
	/**
	 * Who may ask: `anyone`; `known`, whoever has a right to any device, the route looks which; `owner`, whoever owns
	 * every device.
	 */
	readonly for: "anyone" | "known" | "owner";
	/** Scripts of any site may ask, with a token: their cookies are not looked at. */
	readonly anyOrigin?: boolean;
	/** Answers errors in a protocol's own form; absent: as `sendError` does. */
	readonly sendError?: (response: ServerResponse, error: unknown) => void;
	handle(request: RouteRequest, response: ServerResponse): Promise<void> | void;
}

export interface RouteRequest {
	readonly message: IncomingMessage;
	readonly params: readonly string[];
	/** What the request showed. */
	readonly credentials: Credentials;
	/** Everything that the credentials give; empty only on routes for anyone. */
	readonly rights: readonly Rights[];
	/** Network address that it comes from. */
	readonly address: string | undefined;
}
