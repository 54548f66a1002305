import type { IncomingMessage, ServerResponse } from "node:http";
import type * as v from "valibot";
import type { Access, Credentials } from "../auth/access.ts";
import { ownsAll, type Rights } from "../auth/rights.ts";
import type { Metrics } from "../metrics.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { Guard } from "./guard.ts";
import type { Site } from "./ingress.ts";
import { countedCode, sendError } from "./responses.ts";

/** Headers that scripts of other sites may read. */
const EXPOSED = "Location, ETag, Link, Accept-Patch, Accept-Post, Allow, Retry-After, WWW-Authenticate";

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
	/** What `/openapi.json` says of it; absent: it is no part of the API. */
	readonly api?: ApiOperation;
	handle(request: RouteRequest, response: ServerResponse): Promise<void> | void;
}

/** A route in words and schemas, for programs. */
export interface ApiOperation {
	/** As `Route.path`, with names for its groups: `/api/devices/{deviceId}/power`. */
	readonly path: string;
	readonly summary: string;
	/** Nothing needs to be shown. */
	readonly isOpen?: true;
	/** Parameters of the query, with what each does. */
	readonly query?: Readonly<Record<string, string>>;
	readonly body?: ApiContent;
	/** By status. */
	readonly answers: Readonly<Record<number, { readonly means: string; readonly content?: ApiContent }>>;
	/** Of errors, where they have a protocol's own form. */
	readonly error?: v.GenericSchema;
}

/** JSON, or bytes of a media type. */
export type ApiContent = { readonly schema: v.GenericSchema } | { readonly type: string };

export interface RouteRequest {
	readonly message: IncomingMessage;
	readonly params: readonly string[];
	/** What the request showed. */
	readonly credentials: Credentials;
	/** Everything that the credentials give; empty only on routes for anyone. */
	readonly rights: readonly Rights[];
	/** Network address of the client. */
	readonly address: string | undefined;
	/** How the client sees this server. */
	readonly site: Site;
}

export interface RouterDeps {
	readonly guard: Guard;
	readonly access: Access;
	readonly metrics: Metrics;
	readonly routes: readonly Route[];
	/** What no route takes: the page. */
	readonly otherwise: (request: IncomingMessage, response: ServerResponse) => void;
	readonly log: (error: unknown) => void;
}

/** Finds the route of a request, after the guard and the credentials have been checked. */
export function createRouter(deps: RouterDeps): (request: IncomingMessage, response: ServerResponse) => void {
	return (request, response) => {
		response.setHeader("x-content-type-options", "nosniff");
		response.setHeader("referrer-policy", "no-referrer");
		const slashed = deps.guard.ingress.enter(request);
		if (slashed !== undefined) return void response.writeHead(308, { location: slashed }).end();
		const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
		const matches = deps.routes.flatMap((route) => {
			const match = route.path.exec(path);
			return match ? [{ route, params: match.slice(1) }] : [];
		});
		answer(deps, path, matches, request, response).catch((error: unknown) => {
			if (error instanceof PortholeError)
				deps.metrics.refusedRequests.inc({ reason: countedCode(error.code) });
			else deps.log(error);
			(matches[0]?.route.sendError ?? sendError)(response, error);
		});
	};
}

/** A route whose path is that of a request. */
interface Match {
	readonly route: Route;
	readonly params: readonly string[];
}

async function answer(
	deps: RouterDeps,
	path: string,
	matches: readonly Match[],
	message: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	deps.guard.checkHost(message);
	const anyOrigin = matches.some(({ route }) => route.anyOrigin);
	if (anyOrigin) allowAnyOrigin(response);
	else deps.guard.checkOrigin(message);
	if (matches.length === 0) return otherwise(deps, path, message, response);
	const method = message.method === "HEAD" ? "GET" : message.method;
	const found = matches.find(({ route }) => route.method === method);
	if (!found) {
		response.setHeader("allow", matches.map(({ route }) => route.method).join(", "));
		throw new PortholeError("wrong-method", `${path} does not take ${message.method}.`);
	}
	const bearer = /^Bearer (\S{1,4096})$/i.exec(message.headers.authorization ?? "")?.[1];
	const cookie = anyOrigin && deps.guard.isForeign(message) ? undefined : message.headers.cookie;
	const credentials = { token: bearer, cookie };
	const rights = deps.access.rightsOf(credentials);
	const audience = found.route.for;
	if (audience !== "anyone" && rights.length === 0) throw deps.access.refusal(credentials);
	if (audience === "owner" && !ownsAll(rights)) {
		throw new PortholeError("not-allowed", `${path} is for the owner of all devices.`);
	}
	const { ingress } = deps.guard;
	const [address, site] = [ingress.addressOf(message), ingress.siteOf(message)];
	await found.route.handle({ message, params: found.params, credentials, rights, address, site }, response);
}

function otherwise(deps: RouterDeps, path: string, message: IncomingMessage, response: ServerResponse): void {
	if (path.startsWith("/api/")) throw new PortholeError("not-found", `There is no ${path}.`);
	if (message.method !== "GET" && message.method !== "HEAD") {
		throw new PortholeError("wrong-method", `${path} does not take ${message.method}.`);
	}
	deps.otherwise(message, response);
}

/** Lets scripts of any site read the answer (Fetch, 3.2). They have no cookies here: only a token says who they are. */
function allowAnyOrigin(response: ServerResponse): void {
	response.setHeader("access-control-allow-origin", "*");
	response.setHeader("access-control-expose-headers", EXPOSED);
}
