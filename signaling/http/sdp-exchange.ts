import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { PortholeError } from "../protocol/errors.ts";
import type { IceServer } from "../protocol/messages.ts";
import { readText } from "./request-body.ts";
import type { Route, RouteRequest } from "./router.ts";

const SDP = "application/sdp";
const FRAGMENT = "application/trickle-ice-sdpfrag";
/** Longest offer and fragment taken, bytes. A browser's offer is about 6,000. */
const MAX_OFFER = 64 * 1024;
const MAX_FRAGMENT = 16 * 1024;

/** Sessions of one gateway, at most, and of one right. */
const MAX_SESSIONS = 2_000;
const MAX_OF_A_RIGHT = 64;

const MAX_LINES = 500;
const UFRAG = /^[A-Za-z0-9+/]{4,256}$/;
const PASSWORD = /^[A-Za-z0-9+/]{22,256}$/;

/** A protocol in which a client posts an offer and gets an answer. */
interface ExchangeGateway {
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
 * `POST /<gateway>/:id` and its session resource with PATCH and DELETE, as RFC 9725 (WHIP) and draft-ietf-wish-whep-04 have
 * them in common. Other sites' pages may ask too, with a bearer token. Candidates are accepted and not needed: the host is
 * ICE-lite. ICE restarts are refused with 422, as for a session that supports trickling alone.
 */
export function exchangeRoutes(gateway: ExchangeGateway): Route[] {
	const sessions = new ExchangeSessions();
	const endpoint = new RegExp(`^/${gateway.name}/([^/]{1,200})/?$`);
	const resource = new RegExp(`^/${gateway.name}/([^/]{1,200})/([^/]{1,200})$`);
	const common = { for: "anyone", anyOrigin: true } as const;
	return [
		{
			...common,
			method: "POST",
			path: endpoint,
			api: {
				path: `/${gateway.name}/{deviceId}`,
				summary:
					gateway.name === "whep"
						? "Lets a player watch a device (WHEP)"
						: "Makes a device of a published stream (WHIP)",
				body: { type: SDP },
				answers: { 201: { means: "The answer; Location names the session.", content: { type: SDP } } },
			},
			async handle(request, response) {
				const deviceId = deviceIdOf(request.params[0]);
				requireAnswerIsWanted(request);
				const grantId = await gateway.identify(request, deviceId);
				const session = await sessions.within(grantId, async () => {
					const offer = await readText(request.message, SDP, MAX_OFFER);
					if (!offer.startsWith("v=0")) throw new PortholeError("bad-offer", "The body is not SDP.");
					const exchanged = await gateway.exchange(request, deviceId, offer);
					return sessions.add(deviceId, ufragOf(offer), exchanged);
				});
				const location = `${request.site.base}/${gateway.name}/${deviceId}/${session.key}`;
				sendAnswer(response, location, session, gateway);
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
			api: {
				path: `/${gateway.name}/{deviceId}/{session}`,
				summary: "Tells of the client's candidates, which are accepted and not needed",
				body: { type: FRAGMENT },
				answers: { 204: { means: "They were taken." } },
			},
			async handle(request, response) {
				const session = await find(request);
				response.setHeader("accept-patch", FRAGMENT);
				const fragment = readIceFragment(await readText(request.message, FRAGMENT, MAX_FRAGMENT));
				const condition = request.message.headers["if-match"];
				checkPrecondition(condition, session, fragment.ufrag, gateway.name === "whip");
				response.writeHead(204).end();
			},
		},
		{
			...common,
			method: "DELETE",
			path: resource,
			api: {
				path: `/${gateway.name}/{deviceId}/{session}`,
				summary: "Ends a session",
				answers: { 200: { means: "It is over." } },
			},
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
		const grantId = await gateway.identify(request, deviceId);
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

/**
 * RFC 9725, 4.3.1: trickling names the ICE session that it is for; a restart would begin another. Players (WHEP) do
 * without: the fragment of their user name says which session is meant.
 */
function checkPrecondition(
	given: string | undefined,
	{ etag, ufrag }: ExchangeSession,
	asked: string,
	isRequired: boolean,
): void {
	if (given === undefined && isRequired) {
		throw new PortholeError(
			"precondition-required",
			"Say with If-Match which ICE session is meant (its ETag).",
		);
	}
	if (asked !== ufrag) {
		throw new PortholeError("no-ice-restart", "ICE cannot be restarted here. Begin a new session.");
	}
	if (given === undefined) return;
	const tags = given.split(",").map((tag) => tag.trim());
	if (tags.includes("*") || tags.includes(etag)) return;
	throw new PortholeError("precondition-failed", "The entity tag is not that of this ICE session.");
}

function sendAnswer(
	response: ServerResponse,
	location: string,
	session: ExchangeSession,
	gateway: ExchangeGateway,
): void {
	const links = iceLinks(gateway.iceServers(session.etag.slice(1, -1)));
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

/** What was exchanged and goes on: a player's viewing, a publisher's stream. */
interface Exchanged {
	/** SDP. */
	readonly answer: string;
	/** The id of the right that it came by. */
	readonly grantId: string;
	/** Calls back once when it is over by itself. */
	onEnd(listener: () => void): void;
	/** Ends it. */
	end(): void;
}

/** A session resource, as `Location` names it. */
interface ExchangeSession extends Exchanged {
	/** Not to be guessed. */
	readonly key: string;
	/** What the path says before the key. */
	readonly name: string;
	/** Strong entity tag of its ICE session (RFC 9110, 8.8.3). */
	readonly etag: string;
	/** User fragment of the client. */
	readonly ufrag: string;
}

/** The sessions of one gateway. */
class ExchangeSessions {
	readonly #sessions = new Map<string, ExchangeSession>();
	/** Rights of what is being exchanged. */
	readonly #coming: string[] = [];

	/**
	 * Runs an exchange while there is room for one more of its right. Throws PortholeError `too-many-sessions`, or what
	 * the exchange does.
	 */
	async within<T>(grantId: string, exchange: () => Promise<T>): Promise<T> {
		const all = [...this.#coming, ...[...this.#sessions.values()].map((session) => session.grantId)];
		const own = all.filter((id) => id === grantId).length;
		if (all.length >= MAX_SESSIONS || own >= MAX_OF_A_RIGHT) {
			const words = "Too many sessions are open. End some, or try again later.";
			throw new PortholeError("too-many-sessions", words);
		}
		this.#coming.push(grantId);
		try {
			return await exchange();
		} finally {
			this.#coming.splice(this.#coming.indexOf(grantId), 1);
		}
	}

	add(name: string, ufrag: string, exchanged: Exchanged): ExchangeSession {
		const key = randomBytes(24).toString("base64url");
		const etag = `"${randomBytes(8).toString("hex")}"`;
		const session = { ...exchanged, key, name, etag, ufrag };
		this.#sessions.set(key, session);
		exchanged.onEnd(() => this.#sessions.delete(key));
		return session;
	}

	/** Throws PortholeError `no-such-session`. */
	get(name: string, key: string): ExchangeSession {
		const session = this.#sessions.get(key);
		if (session?.name === name) return session;
		throw new PortholeError("no-such-session", "There is no such session, or it is over.");
	}

	end(session: ExchangeSession): void {
		if (this.#sessions.delete(session.key)) session.end();
	}
}

/** What `application/trickle-ice-sdpfrag` says (RFC 8840, 4.4), as far as a host that is ICE-lite needs it. */
interface IceFragment {
	readonly ufrag: string;
	readonly password: string;
	readonly candidates: readonly string[];
}

/** Throws PortholeError `bad-fragment`. */
export function readIceFragment(text: string): IceFragment {
	const lines = text.split(/\r\n|\n/).filter((line) => line !== "");
	if (lines.length > MAX_LINES || !lines.every((line) => /^[a-z]=./.test(line)))
		throw bad("it is no SDP fragment");
	const values = (name: string) =>
		lines.filter((line) => line.startsWith(`a=${name}:`)).map((line) => line.slice(name.length + 3).trim());
	const [ufrag = "", ...otherUfrags] = new Set(values("ice-ufrag"));
	const [password = "", ...otherPasswords] = new Set(values("ice-pwd"));
	if (!UFRAG.test(ufrag) || !PASSWORD.test(password)) throw bad("it needs a=ice-ufrag and a=ice-pwd");
	if (otherUfrags.length + otherPasswords.length > 0) throw bad("it has several a=ice-ufrag or a=ice-pwd");
	return { ufrag, password, candidates: values("candidate") };
}

/** The user fragment that an offer begins with; empty when it has none. */
export function ufragOf(offer: string): string {
	return /^a=ice-ufrag:(\S{1,256})\s*$/m.exec(offer)?.[1] ?? "";
}

function bad(why: string): PortholeError {
	return new PortholeError("bad-fragment", `The fragment cannot be used: ${why}.`);
}

/** `Link` header values that tell clients of STUN and TURN servers (RFC 9725, 4.6). */
export function iceLinks(servers: readonly IceServer[]): string[] {
	return servers.map(
		({ urls, username, credential }) =>
			`<${urls}>; rel="ice-server"; username=${quoted(username)}; credential=${quoted(credential)}; ` +
			'credential-type="password"',
	);
}

/** RFC 9110, 5.6.4. */
function quoted(text: string): string {
	return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
