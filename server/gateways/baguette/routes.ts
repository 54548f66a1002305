import type { ServerResponse } from "node:http";
import * as v from "valibot";
import { readBody } from "../../../signaling/http/request-body.ts";
import type { Route, RouteRequest } from "../../../signaling/http/router.ts";
import {
	type DeviceDescription,
	type Orientation,
	orientationSchema,
} from "../../../signaling/protocol/device.ts";
import { messageOf, PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Role } from "../../../signaling/protocol/messages.ts";
import type { DeviceImages } from "../../streams/device-images.ts";
import type { ImageType } from "../../streams/screenshot.ts";
import type { GatewayWatcher } from "../gateway-host.ts";
import type { GatewayAccess, Guest } from "./access.ts";
import { GatewayRefusal, sendFrame, sendGatewayJson, sendOk, sendRefusal } from "./answers.ts";
import {
	bezelImage,
	chromeLayout,
	simulatorDefinition,
	simulatorList,
	simulatorState,
} from "./device-descriptions.ts";
import { acknowledgement } from "./gesture-player.ts";
import { gestureOf, MAX_MESSAGE_BYTES, type ReadGesture, readGesture, readObject } from "./gesture-reader.ts";
import type { InputVisits } from "./input-visits.ts";
import { numberIn, settingsWithin } from "./stream-protocol.ts";

interface RoutesDeps {
	readonly access: GatewayAccess;
	readonly visits: InputVisits;
	readonly images: DeviceImages;
}

type Handle = (guest: Guest, request: RouteRequest, response: ServerResponse) => Promise<void> | void;

/** How long a client may cache images of a bezel, seconds: Baguette's figure. */
const DAY = 86_400;

/** Baguette names the orientation of the interface, which turns against the device. */
const heldAs: Readonly<Record<Orientation, Orientation>> = {
	portrait: "portrait",
	"landscape-left": "landscape-right",
	"landscape-right": "landscape-left",
	"portrait-upside-down": "portrait-upside-down",
};

/** The paths that Baguette's clients know, except its WebSockets. */
export function baguetteRoutes({ access, visits, images }: RoutesDeps): Route[] {
	const common = { for: "anyone", sendError: sendRefusal } as const;
	const about = (method: Route["method"], verb: string, minimum: Role, handle: Handle): Route => ({
		...common,
		method,
		path: new RegExp(`^/simulators/([^/]{1,200})/${verb}$`),
		async handle(request, response) {
			const guest = await access.admit(request.message, udidOf(request), minimum);
			await handle(guest, request, response);
		},
	});
	const redirect = (path: RegExp, to: (request: RouteRequest) => string): Route => ({
		...common,
		method: "GET",
		path,
		handle: (request, response) => void response.writeHead(302, { location: to(request) }).end(),
	});
	return [
		redirect(/^\/(?:simulators|farm)\/?$/, ({ site }) => `${site.base}/`),
		redirect(
			/^\/simulators\/([^/]{1,200})\/?$/,
			(request) => `${request.site.base}/devices/${encodeURIComponent(udidOf(request).toLowerCase())}`,
		),
		{
			...common,
			method: "GET",
			path: /^\/simulators\.json$/,
			handle: async ({ message }, response) =>
				sendGatewayJson(response, simulatorList(await access.visible(message))),
		},
		about("POST", "boot", "own", (guest, _request, response) => switchPower(guest, true, response)),
		about("POST", "shutdown", "own", (guest, _request, response) => switchPower(guest, false, response)),
		about("GET", "chrome\\.json", "view", ({ described }, _request, response) =>
			sendGatewayJson(response, chromeLayout(described)),
		),
		about("GET", "definition\\.json", "view", ({ described }, _request, response) =>
			sendGatewayJson(response, simulatorDefinition(described)),
		),
		about("GET", "bezel\\.png", "view", (guest, request, response) => {
			const bare = queryOf(request).get("buttons")?.toLowerCase() === "false";
			return sendBezelImage(guest, bare ? "bare" : "bezel", response);
		}),
		about("GET", "screen-mask\\.png", "view", (guest, _request, response) =>
			sendBezelImage(guest, "mask", response),
		),
		about(
			"GET",
			"chrome-button/([a-z][a-z0-9-]{0,40}?)(?:\\.png)?",
			"view",
			(guest, { params: [, name = ""] }, response) =>
				sendBezelImage(guest, buttonImage(guest.described, name), response),
		),
		about("GET", "screenshot\\.(jpg|png)", "view", (guest, request, response) =>
			sendScreenshot(
				guest,
				queryOf(request),
				request.params[1] === "png" ? "image/png" : "image/jpeg",
				response,
				{ visits, images },
			),
		),
		about("POST", "input", "control", (guest, request, response) =>
			giveInput(request, response, guest, visits),
		),
		about("POST", "orientation", "control", async (guest, request, response) => {
			const orientation = v.safeParse(orientationSchema, queryOf(request).get("value"));
			if (!orientation.success) {
				const words = `value must be one of ${orientationSchema.options.join(", ")}`;
				throw new GatewayRefusal(400, "bad-request", words);
			}
			const device = guest.device();
			if (!device.setOrientation) throw GatewayRefusal.notOffered("turning this device");
			await withControl(guest, visits, () => device.setOrientation?.(heldAs[orientation.output]));
			sendOk(response);
		}),
		about("POST", "shake", "control", async (guest, _request, response) => {
			const device = guest.device();
			if (!device.shake) throw GatewayRefusal.notOffered("shaking this device");
			await withControl(guest, visits, () => device.shake?.());
			sendOk(response);
		}),
		...(["GET", "POST", "DELETE"] as const).map((method) =>
			about(method, "(.{1,300})", "view", (_guest, { params: [, verb = ""] }) => {
				throw GatewayRefusal.notOffered(verb.slice(0, 100));
			}),
		),
		...(["GET", "POST", "DELETE"] as const).map(
			(method): Route => ({
				...common,
				method,
				path: /^\/(devices\.json|plugins(?:\.json|\/.*)|bakeries(?:\.json|\/.*))$/,
				handle({ params: [what = ""] }) {
					throw GatewayRefusal.notOffered(what.slice(0, 100));
				},
			}),
		),
	];
}

async function switchPower(guest: Guest, on: boolean, response: ServerResponse): Promise<void> {
	// Baguette has one error text each, whatever the reason.
	const failed = new GatewayRefusal(500, "wrong-state", on ? "bootFailed" : "shutdownFailed");
	if (simulatorState(guest.described) === (on ? "Booted" : "Shutdown")) throw failed;
	const device = guest.device();
	if (!device.setPower) throw GatewayRefusal.notOffered(`switching this device ${on ? "on" : "off"}`);
	try {
		await device.setPower(on);
	} catch (error) {
		if (error instanceof PortholeError) throw new GatewayRefusal(500, error.code, messageOf(error));
		throw error;
	}
	sendOk(response);
}

/** Runs an action that is no input and yet changes the device, if the client may give input now. */
async function withControl(
	{ device, rights, address }: Guest,
	visits: InputVisits,
	act: () => Promise<void> | undefined,
): Promise<void> {
	const { visit, done } = await visits.begin(device(), rights, address);
	try {
		const refused = visit.claim();
		if (refused !== undefined) throw new GatewayRefusal(403, "not-allowed", refused);
		await act();
	} finally {
		done();
	}
}

/** Our name of the picture `NAME` or `NAME-down`; a button's own name may end like the second. */
function buttonImage({ bezel }: DeviceDescription, name: string): string {
	const isButton = bezel?.buttons.some(({ id }) => id === name) ?? false;
	return `button-${isButton ? name : name.replace(/-down$/, "-pressed")}`;
}

async function sendBezelImage(guest: Guest, name: string, response: ServerResponse): Promise<void> {
	const data = await bezelImage(guest.device(), name).catch((error: unknown) => {
		if (error instanceof PortholeError && error.code === "no-such-bezel-image") return undefined;
		throw error;
	});
	if (!data) throw new GatewayRefusal(404, "not-found", `no bezel image ${name} of ${guest.described.id}`);
	sendFrame(response, "image/png", data, DAY);
}

function udidOf({ params: [udid = ""] }: RouteRequest): string {
	try {
		return decodeURIComponent(udid);
	} catch {
		return udid;
	}
}

function queryOf({ message }: RouteRequest): URLSearchParams {
	const url = message.url ?? "";
	const at = url.indexOf("?");
	return new URLSearchParams(at === -1 ? "" : url.slice(at + 1, at + 4001));
}

/** Gestures in one request. */
const MAX_LINES = 1_000;

/**
 * `POST input`: one gesture as the body, or one a line; each is played when the one before is over, and answered by a
 * line. Throws PortholeError `body-too-long`, GatewayRefusal, and as `InputVisits.begin` does.
 */
async function giveInput(
	{ message }: RouteRequest,
	response: ServerResponse,
	guest: Guest,
	visits: InputVisits,
): Promise<void> {
	const longest = guest.rights.role === "view" ? MAX_MESSAGE_BYTES.view : MAX_MESSAGE_BYTES.control;
	const gestures = gesturesOf((await readBody(message, longest)).toString("utf8"));
	const { visit, player, done } = await visits.begin(guest.device(), guest.rights, guest.address);
	try {
		response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
		for (const read of gestures) {
			if (response.destroyed) return;
			const { gesture, error } = read();
			const asksClipboard = gesture?.type === "paste" || gesture?.type === "copy";
			const refused = error ?? (asksClipboard ? visit.claim() : undefined);
			const answer =
				gesture && refused === undefined
					? await player.play(gesture)
					: ({ ok: false, error: refused ?? "" } as const);
			response.write(`${acknowledgement(answer)}\n`);
		}
		response.end();
	} finally {
		done();
	}
}

/** A body that is one object is one gesture, even over several lines; else each line is one, read when its turn comes. */
function gesturesOf(body: string): readonly (() => ReadGesture)[] {
	const whole = readObject(body);
	if (whole) return [() => gestureOf(whole)];
	const lines = body.split("\n").filter((line) => line.trim() !== "");
	if (lines.length > MAX_LINES) {
		throw new GatewayRefusal(413, "body-too-long", `more than ${MAX_LINES} gestures in one request`);
	}
	return (lines.length > 0 ? lines : [""]).map((line) => () => readGesture(line));
}

/** JPEG quality of a screenshot, 0..1: Baguette's. */
const QUALITY = 0.85;

interface ScreenshotGround {
	readonly visits: InputVisits;
	readonly images: DeviceImages;
}

/**
 * `GET screenshot.jpg` and `.png`, with `quality` (0..1) and `scale` (1..4). Throws GatewayRefusal 500 when no frame came
 * in time, and as `InputVisits.begin` does.
 */
async function sendScreenshot(
	guest: Guest,
	query: URLSearchParams,
	type: ImageType,
	response: ServerResponse,
	{ visits, images }: ScreenshotGround,
): Promise<void> {
	const device = guest.device();
	const { visit, done } = await visits.begin(device, guest.rights, guest.address);
	try {
		const feed = {
			watch: (watcher: GatewayWatcher) => visit.watch(watcher),
			screenshot: () => device.screenshot(),
		};
		const { scale } = settingsWithin({ scale: numberIn(query, "scale") });
		const quality = numberIn(query, "quality") ?? QUALITY;
		const { data } = await images.of(device).screenshots.take(feed, { type, quality, scale });
		sendFrame(response, type, data, 0);
	} catch (error) {
		if (error instanceof PortholeError) throw new GatewayRefusal(500, error.code, messageOf(error));
		throw error;
	} finally {
		done();
	}
}
