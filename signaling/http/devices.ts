import * as v from "valibot";
import type { Audit } from "../audit.ts";
import { requireRights, rightsOn } from "../auth/rights.ts";
import { type DeviceBezel, type DeviceDescription, deviceSchema } from "../protocol/device.ts";
import { PortholeError } from "../protocol/errors.ts";
import type { MonotonicTime } from "../protocol/time.ts";
import type { SignalingServer } from "../rooms/signaling-server.ts";
import { readJson } from "./request-body.ts";
import { sendJson } from "./responses.ts";
import type { Route } from "./router.ts";

/** What these routes need of signaling. */
export type Devices = Pick<SignalingServer, "devices" | "device" | "request">;

/** `/api/devices` and what is below it, but for grants. */
export function deviceRoutes(devices: Devices, audit: Audit, now: () => MonotonicTime): Route[] {
	return [listRoute(devices), screenshotRoute(devices, now), bezelRoute(devices), powerRoute(devices, audit)];
}

/** `GET /api/devices`: `{devices: DeviceDescription[]}`, those that the asker has a right to. */
function listRoute(devices: Devices): Route {
	return {
		method: "GET",
		path: /^\/api\/devices$/,
		for: "known",
		api: {
			path: "/api/devices",
			summary: "The devices that the asker has a right to",
			answers: {
				200: { means: "The devices.", content: { schema: v.object({ devices: v.array(deviceSchema) }) } },
			},
		},
		handle({ rights }, response) {
			sendJson(response, 200, { devices: devices.devices().filter(({ id }) => rightsOn(rights, id)) });
		},
	};
}

/** A screenshot is made at most this often for all who ask, ms. */
const FRESH_FOR = 1_000;
/** Devices whose screenshot is kept. */
const MAX_SCREENSHOTS = 64;

/** `GET /api/devices/:id/still`: a small JPEG of the screen as it is, for cards. */
function screenshotRoute(devices: Devices, now: () => MonotonicTime): Route {
	const kept = new Map<string, { at: MonotonicTime; jpeg: Promise<Uint8Array> }>();
	return {
		method: "GET",
		path: /^\/api\/devices\/([a-z0-9][a-z0-9._-]{0,63})\/still$/,
		for: "known",
		api: {
			path: "/api/devices/{deviceId}/still",
			summary: "A small picture of the screen as it is, for cards; made once a second at most",
			answers: { 200: { means: "The picture.", content: { type: "image/jpeg" } } },
		},
		async handle({ params: [id = ""], rights }, response) {
			const { role } = requireRights(rights, id);
			// Guests see a device only after an owner let them in, so they see no screenshot of it either.
			if (role !== "own" && devices.device(id)?.policy.askFirst !== "never") throw asksFirst();
			let entry = kept.get(id);
			if (!entry || now() - entry.at >= FRESH_FOR) {
				entry = { at: now(), jpeg: devices.request(id, { what: "screenshot" }) };
				entry.jpeg.catch(() => kept.delete(id));
				kept.delete(id);
				kept.set(id, entry);
				const [oldest] = kept.keys();
				if (kept.size > MAX_SCREENSHOTS && oldest !== undefined) kept.delete(oldest);
			}
			const data = await entry.jpeg;
			response.writeHead(200, {
				"content-type": "image/jpeg",
				"content-length": data.length,
				"cache-control": "no-store",
			});
			response.end(data);
		},
	};
}

/** Images of bezels that are kept, and how large they are together at most, bytes; the longest unused go first. */
const MAX_IMAGES = 128;
const MAX_IMAGE_BYTES = 8 * 1024 * 1024;

/**
 * `GET /api/devices/:id/frame/:name.png?v=VERSION`: an image of a device's bezel. Browsers keep it for a day when the
 * version is the present one; a host is asked once for each.
 */
function bezelRoute(devices: Devices): Route {
	const images = new Map<string, Uint8Array>();
	let bytes = 0;

	function keep(key: string, data: Uint8Array): void {
		bytes += data.length - (images.get(key)?.length ?? 0);
		images.delete(key);
		images.set(key, data);
		for (const [oldest, { length }] of images) {
			if (images.size <= MAX_IMAGES && bytes <= MAX_IMAGE_BYTES) break;
			images.delete(oldest);
			bytes -= length;
		}
	}

	return {
		method: "GET",
		path: /^\/api\/devices\/([a-z0-9][a-z0-9._-]{0,63})\/frame\/([a-z][a-z0-9-]{0,47})\.png$/,
		for: "known",
		api: {
			path: "/api/devices/{deviceId}/frame/{name}.png",
			summary: "An image of the device's bezel: bezel, bare, mask, button-ID or button-ID-pressed",
			query: { v: "the bezel's version, with which the image may be cached" },
			answers: { 200: { means: "The image.", content: { type: "image/png" } } },
		},
		async handle({ message, params: [id = "", name = ""], rights }, response) {
			const { role } = requireRights(rights, id);
			const device = known(devices, id);
			// As with screenshots: who may be turned away sees nothing of the device.
			if (role !== "own" && device.policy.askFirst !== "never") throw asksFirst();
			const { bezel } = device;
			if (!bezel || !hasImage(bezel, name)) {
				throw new PortholeError("no-such-bezel-image", `The bezel of ${id} has no image ${name}.`);
			}
			const key = `${id} ${name} ${bezel.version}`;
			const data = images.get(key) ?? (await devices.request(id, { what: "bezel", name }));
			keep(key, data);
			const wanted = new URLSearchParams((message.url ?? "").split("?", 2)[1]).get("v");
			response.writeHead(200, {
				"content-type": "image/png",
				"content-length": data.length,
				"cache-control": wanted === bezel.version ? "private, max-age=86400" : "no-store",
			});
			response.end(data);
		},
	};
}

function hasImage({ buttons }: DeviceBezel, name: string): boolean {
	if (name === "bezel" || name === "bare" || name === "mask") return true;
	return buttons.some(
		({ id, pressed }) => name === `button-${id}` || (pressed && name === `button-${id}-pressed`),
	);
}

const powerSchema = v.strictObject({ on: v.boolean() });

/**
 * `POST /api/devices/:id/power` with `{on}`: switches a device on or off, for whoever owns it. 202 when its host took
 * the order, which may take a while; 204 when it is so already.
 */
function powerRoute(devices: Devices, audit: Audit): Route {
	return {
		method: "POST",
		path: /^\/api\/devices\/([a-z0-9][a-z0-9._-]{0,63})\/power$/,
		for: "known",
		api: {
			path: "/api/devices/{deviceId}/power",
			summary: "Switches a device on or off, for whoever owns it",
			body: { schema: powerSchema },
			answers: {
				202: { means: "The order was taken; it may take a while." },
				204: { means: "It is so already." },
			},
		},
		async handle({ message, params: [id = ""], rights, address }, response) {
			const { role, grantId } = requireRights(rights, id);
			if (role !== "own") {
				throw new PortholeError("not-allowed", `Only an owner of ${id} can switch it on or off.`);
			}
			const order = v.safeParse(powerSchema, await readJson(message));
			if (!order.success)
				throw new PortholeError("bad-request", "The body must be {on: true} or {on: false}.");
			const device = known(devices, id);
			const { on } = order.output;
			if (device.power === undefined) {
				const words = `Porthole cannot switch ${device.name} ${on ? "on" : "off"}; do it by hand.`;
				throw new PortholeError("no-power", words);
			}
			if (device.state !== "offline" && device.power === (on ? "on" : "off")) {
				response.writeHead(204).end();
				return;
			}
			await devices.request(id, { what: "power", on });
			audit.note({ event: "power", device: id, grantId, address, detail: on ? "on" : "off" });
			response.writeHead(202, { "content-length": 0, "cache-control": "no-store" }).end();
		},
	};
}

function known(devices: Devices, id: string): DeviceDescription {
	const device = devices.device(id);
	if (device) return device;
	throw new PortholeError("no-such-device", `There is no device ${id} here.`);
}

function asksFirst(): PortholeError {
	return new PortholeError("not-allowed", "An owner lets people in to this device first.");
}
