import type { ServerResponse } from "node:http";
import { PortholeError } from "../../protocol/errors.ts";
import type { IceServer } from "../../protocol/messages.ts";
import type { Route, RouteRequest } from "../route.ts";
import { type Exchanged, type ExchangeSession, ExchangeSessions } from "./exchange-sessions.ts";
import { readIceFragment, ufragOf } from "./ice-fragment.ts";
import { iceLinks } from "./ice-links.ts";
import { readText } from "./request-text.ts";

const SDP = "application/sdp";
const FRAGMENT = "application/trickle-ice-sdpfrag";
/** Longest offer and fragment taken, bytes. A browser's offer is about 6,000. */
const MAX_OFFER = 64 * 1024;
const MAX_FRAGMENT = 16 * 1024;

/** A protocol in which a client posts an offer and gets an answer. */
export interface ExchangeDoor {
	/** First part of its paths: `whep`, `whip`. */
	readonly name: "whep" | "whip";
	/** The id of the right by which a request may do anything with a device. Throws PortholeError where there is none. */
	identify(request: RouteRequest, deviceId: string): Promise<string>;
	/** Does what the offer asks for. Throws PortholeError where it cannot be done. */
	exchange(request: RouteRequest, deviceId: string, offer: string): Promise<Exchanged>;
	/** What helps a client's packets through. */
	iceServers(client: string): readonly IceServer[];
}

/**
 * `POST /<door>/:id` and its session resource with PATCH and DELETE, as RFC 9725 (WHIP) and draft-ietf-wish-whep-04 have
 * them in common. Other sites' pages may ask too, with a bearer token. Candidates are accepted and not needed: the host is
 * ICE-lite. ICE restarts are refused with 422, as for a session that supports trickling alone.
 */
export function exchangeRoutes(door: ExchangeDoor): Route[] {
	const sessions = new ExchangeSessions();
	const endpoint = new RegExp(`^/${door.name}/([^/]{1,200})/?$`);
	const resource = new RegExp(`^/${door.name}/([^/]{1,200})/([^/]{1,200})$`);
	const common = { for: "anyone", anyOrigin: true } as const;
	return [
		{
			...common,
			method: "POST",
			path: endpoint,
			async handle(request, response) {
				const deviceId = deviceIdOf(request.params[0]);
				requireAnswerIsWanted(request);
				const grantId = await door.identify(request, deviceId);
				const session = await sessions.within(grantId, async () => {
					const offer = await readText(request.message, SDP, MAX_OFFER);
					if (!offer.startsWith("v=0")) throw new PortholeError("bad-offer", "The body is not SDP.");
					const exchanged = await door.exchange(request, deviceId, offer);
					return sessions.add(deviceId, ufragOf(offer), exchanged);
				});
				sendAnswer(response, `/${door.name}/${deviceId}/${session.key}`, session, door);
			},
		},
		{
			...common,
			method: "OPTIONS",
			path: endpoint,
			handle: (_request, response) => sendOptions(response, "POST, OPTIONS", { "accept-post": SDP }),
		},
		{
			...common,
			method: "PATCH",
			path: resource,
			async handle(request, response) {
				const session = await find(request);
				response.setHeader("accept-patch", FRAGMENT);
				const fragment = readIceFragment(await readText(request.message, FRAGMENT, MAX_FRAGMENT));
				checkPrecondition(request.message.headers["if-match"], session, fragment.ufrag);
				response.writeHead(204).end();
			},
		},
		{
			...common,
			method: "DELETE",
			path: resource,
			async handle(request, response) {
				sessions.end(await find(request));
				response.writeHead(200, { "content-length": 0 }).end();
			},
		},
		{
			...common,
			method: "OPTIONS",
			path: resource,
			handle: (_request, response) =>
				sendOptions(response, "PATCH, DELETE, OPTIONS", { "accept-patch": FRAGMENT }),
		},
	];

	/** Whoever has another right than the one that a session came by is told that there is none. */
	async function find(request: RouteRequest): Promise<ExchangeSession> {
		const deviceId = deviceIdOf(request.params[0]);
		const grantId = await door.identify(request, deviceId);
		const session = sessions.get(deviceId, request.params[1] ?? "");
		if (session.grantId === grantId || grantId === "owner") return session;
		throw new PortholeError("no-such-session", "There is no such session, or it is over.");
	}
}

function deviceIdOf(text = ""): string {
	if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(text)) return text;
	throw new PortholeError("bad-device-id", 'A device id has 1 to 64 of a-z, 0-9, ".", "_" and "-".');
}

function requireAnswerIsWanted({ message }: RouteRequest): void {
	const accepted = message.headers.accept ?? "*/*";
	if (/(^|[\s,])(application\/sdp|application\/\*|\*\/\*)/i.test(accepted)) return;
	throw new PortholeError("not-acceptable", `The answer is ${SDP}, which the request does not accept.`);
}

/** RFC 9725, 4.3.1: trickling names the ICE session that it is for; a restart would begin another. */
function checkPrecondition(given: string | undefined, { etag, ufrag }: ExchangeSession, asked: string): void {
	if (given === undefined) {
		throw new PortholeError(
			"precondition-required",
			"Say with If-Match which ICE session is meant (its ETag).",
		);
	}
	if (asked !== ufrag) {
		throw new PortholeError("no-ice-restart", "ICE cannot be restarted here. Begin a new session.");
	}
	const tags = given.split(",").map((tag) => tag.trim());
	if (tags.includes("*") || tags.includes(etag)) return;
	throw new PortholeError("precondition-failed", "The entity tag is not that of this ICE session.");
}

function sendAnswer(
	response: ServerResponse,
	location: string,
	session: ExchangeSession,
	door: ExchangeDoor,
): void {
	const links = iceLinks(door.iceServers(session.etag.slice(1, -1)));
	response.writeHead(201, {
		"content-type": SDP,
		"cache-control": "no-store",
		location,
		etag: session.etag,
		"accept-patch": FRAGMENT,
		...(links.length > 0 ? { link: links } : {}),
	});
	response.end(session.answer);
}

function sendOptions(response: ServerResponse, methods: string, headers: Record<string, string>): void {
	response.writeHead(200, {
		...headers,
		allow: methods,
		"access-control-allow-methods": methods,
		"access-control-allow-headers": "Authorization, Content-Type, If-Match",
		"access-control-max-age": "3600",
		"content-length": 0,
	});
	response.end();
}
