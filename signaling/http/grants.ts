import * as v from "valibot";
import type { Audit } from "../audit.ts";
import type { Access } from "../auth/access.ts";
import type { CookieScope } from "../auth/cookies.ts";
import type { Exchange } from "../auth/exchange.ts";
import { type Grant, rightsBy, stateOf } from "../auth/grant.ts";
import type { GrantBook } from "../auth/grant-book.ts";
import { newPin } from "../auth/pin.ts";
import { ownerRights, type Rights, requireRights, rightsOn } from "../auth/rights.ts";
import { notKept } from "../private-file.ts";
import { PortholeError } from "../protocol/errors.ts";
import {
	DEFAULT_GRANT_SECONDS,
	type GrantInfo,
	type GrantMade,
	type GrantRequest,
	grantListSchema,
	grantMadeSchema,
	grantRequestSchema,
	type Session,
	sessionRequestSchema,
	sessionSchema,
} from "../protocol/grant.ts";
import { type WallClock, type WallTime, wallClock } from "../protocol/time.ts";
import type { Site } from "./ingress.ts";
import { readJson } from "./request-body.ts";
import { sendJson } from "./responses.ts";
import type { Route } from "./router.ts";

const ofDevice = /^\/api\/devices\/([a-z0-9][a-z0-9._-]{0,63})\/grants$/;

interface GrantRoutesDeps {
	readonly grants: GrantBook;
	/** Whether there is such a device. */
	readonly hasDevice: (deviceId: string) => boolean;
	readonly audit: Audit;
	readonly now?: WallClock;
}

/** Making, listing and revoking grants, for whoever owns the device. The shapes are in `protocol/grant.ts`. */
export function grantRoutes({ grants, hasDevice, audit, now = wallClock }: GrantRoutesDeps): Route[] {
	const list = (rights: readonly Rights[], deviceId?: string) =>
		grants
			.live()
			.filter((grant) => deviceId === undefined || grant.deviceId === deviceId)
			.filter((grant) => rightsOn(rights, grant.deviceId)?.role === "own")
			.map((grant) => infoOf(grant, now()));

	return [
		{
			method: "POST",
			path: ofDevice,
			for: "known",
			api: {
				path: "/api/devices/{deviceId}/grants",
				summary: "Makes a link that opens the device, for whoever owns it",
				body: { schema: grantRequestSchema },
				answers: {
					201: {
						means: "The link, told only now: it opens the device alone.",
						content: { schema: grantMadeSchema },
					},
				},
			},
			async handle({ message, params: [deviceId = ""], rights, address, site }, response) {
				const { grantId: madeBy } = ownerOf(rights, deviceId);
				if (!hasDevice(deviceId)) throw noSuchDevice(deviceId);
				const request = parseRequest(await readJson(message));
				const { role, expiresIn = DEFAULT_GRANT_SECONDS, uses, label = "" } = request;
				const pin = request.pin === true ? newPin() : request.pin;
				const expires = now() + expiresIn * 1000;
				const order = { deviceId, role, label, madeBy, expires, pin, uses };
				const { grant, token } = await grants.create(order);
				audit.note({
					event: "shared",
					device: deviceId,
					grantId: grant.id,
					address,
					detail: `${role} by ${madeBy}`,
				});
				const url = `${site.origin}${site.base}/devices/${deviceId}#grant=${token}`;
				const made: GrantMade = {
					id: grant.id,
					url,
					...(pin === undefined ? {} : { pin }),
					expires: grant.expires,
				};
				sendJson(response, 201, made);
			},
		},
		{
			method: "GET",
			path: ofDevice,
			for: "known",
			api: {
				path: "/api/devices/{deviceId}/grants",
				summary: "The links of a device that are good now",
				answers: { 200: { means: "The links.", content: { schema: grantListSchema } } },
			},
			handle({ params: [deviceId = ""], rights }, response) {
				ownerOf(rights, deviceId);
				sendJson(response, 200, { grants: list(rights, deviceId) });
			},
		},
		{
			method: "GET",
			path: /^\/api\/grants$/,
			for: "known",
			api: {
				path: "/api/grants",
				summary: "The links that are good now, of all devices that the asker owns",
				answers: { 200: { means: "The links.", content: { schema: grantListSchema } } },
			},
			handle: ({ rights }, response) => sendJson(response, 200, { grants: list(rights) }),
		},
		{
			method: "DELETE",
			path: /^\/api\/grants\/([A-Za-z0-9_-]{1,64})$/,
			for: "known",
			api: {
				path: "/api/grants/{grantId}",
				summary: "Ends a link at once, with everybody who came by it",
				answers: { 204: { means: "It is over." } },
			},
			async handle({ params: [id = ""], rights, address }, response) {
				const grant = grants.live().find((one) => one.id === id);
				// Whoever may not end it is not told either that it exists.
				const by = grant && rightsOn(rights, grant.deviceId);
				if (by?.role !== "own") throw new PortholeError("no-such-grant", `There is no live link ${id} here.`);
				const { ended, unsaved } = await grants.revoke(id);
				for (const { id: grantId, deviceId } of ended) {
					audit.note({ event: "revoked", device: deviceId, grantId, address, detail: `by ${by.grantId}` });
				}
				if (unsaved) throw notKept(`The link ${id}`, unsaved);
				response.writeHead(204).end();
			},
		},
	];
}

/** The right by which somebody may share a device. Throws PortholeError `wrong-device` or `not-allowed`. */
function ownerOf(rights: readonly Rights[], deviceId: string): Rights {
	const best = requireRights(rights, deviceId);
	if (best.role === "own") return best;
	throw new PortholeError("not-allowed", `Only an owner of ${deviceId} can share it and see its links.`);
}

function parseRequest(body: unknown): GrantRequest {
	const result = v.safeParse(grantRequestSchema, body, { abortEarly: true });
	if (result.success) return result.output;
	const [issue] = result.issues;
	const where = v.getDotPath(issue)?.slice(0, 40) ?? "the body";
	const shape = "{role, expiresIn?, pin?, uses?, label?}";
	throw new PortholeError("bad-request", `The body must be ${shape}; ${where} is not right.`);
}

function infoOf(grant: Grant, now: WallTime): GrantInfo {
	const { id, deviceId, role, label, created, expires, uses, used } = grant;
	const state = stateOf(grant, now);
	return {
		id,
		deviceId,
		role,
		label,
		created,
		expires,
		pin: grant.pin !== undefined,
		...(uses === undefined ? {} : { uses }),
		used,
		state: state === "used-up" || state === "closed" ? state : "open",
		visits: [...grant.visits],
	};
}

function noSuchDevice(deviceId: string): PortholeError {
	return new PortholeError(
		"no-such-device",
		`There is no device ${deviceId} here; porthole devices lists them.`,
	);
}

/**
 * `POST /api/session {token, pin?}`: exchanges the owner's token, or a grant, for a cookie, so that links without it
 * work in this browser. Refuses a grant as `Exchange.open` does: `needs-pin` asks for the same again with its PIN.
 *
 * @param embeddable Pages of other sites may show this one in a frame, so its cookies have to count there.
 */
export function sessionRoute(access: Access, exchange: Exchange, embeddable = false): Route {
	return {
		method: "POST",
		path: /^\/api\/session$/,
		for: "anyone",
		api: {
			path: "/api/session",
			summary: "Exchanges the owner's token, or a link's with its PIN, for a cookie",
			isOpen: true,
			body: { schema: sessionRequestSchema },
			answers: { 200: { means: "What the cookie is good for.", content: { schema: sessionSchema } } },
		},
		async handle({ message, address, site }, response) {
			const body = v.safeParse(sessionRequestSchema, await readJson(message));
			if (!body.success) throw new PortholeError("bad-request", "The body must be {token, pin?}.");
			const { token, pin } = body.output;
			const scope = scopeFor(site, embeddable);
			if (access.isOwnerToken(token)) {
				response.setHeader("set-cookie", access.ownerCookie(scope));
				return sendJson(response, 200, sessionOf(ownerRights));
			}
			const { cookie } = message.headers;
			const grant = await exchange.open({ token, pin, cookie, address });
			response.setHeader("set-cookie", access.grantCookies(grant, cookie, scope));
			sendJson(response, 200, sessionOf(rightsBy(grant)));
		},
	};
}

function scopeFor({ origin, base }: Site, embeddable: boolean): CookieScope {
	const secure = origin.startsWith("https:");
	// Browsers take a cookie that counts in frames of other sites over HTTPS alone.
	return { path: `${base}/`, secure, framed: embeddable && secure };
}

function sessionOf({ role, devices, expires, label }: Rights): Session {
	return {
		role,
		devices: devices === "all" ? devices : [...devices],
		...(expires === undefined ? {} : { expires }),
		label,
	};
}
