import type { ServerResponse } from "node:http";
import * as v from "valibot";
import { readBody } from "../../../signaling/http/request-body.ts";
import type { ApiOperation, Route, RouteRequest } from "../../../signaling/http/router.ts";
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
import {
	GESTURE_KINDS,
	gestureOf,
	MAX_MESSAGE_BYTES,
	type ReadGesture,
	readGesture,
	readObject,
} from "./gesture-reader.ts";
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

/** What is told of a route; its path below the device, where that is not as the route's expression has it. */
type Described = Pick<ApiOperation, "summary" | "query" | "body" | "answers"> & { readonly path?: string };

function described(verb: string, { path = verb.replaceAll("\\", ""), ...api }: Described): ApiOperation {
	return { ...api, path: `/simulators/{udid}/${path}`, error: refusalSchema };
}

const refusalSchema = v.object({ ok: v.literal(false), error: v.string() });
const done = { 200: { means: "It was done.", content: { schema: v.object({ ok: v.literal(true) }) } } };
const png = { 200: { means: "The picture.", content: { type: "image/png" } } };
const listedSchema = v.object({ udid: v.string(), name: v.string(), state: v.string(), runtime: v.string() });
const listSchema = v.object({ running: v.array(listedSchema), available: v.array(listedSchema) });
/** As far as all gestures have it; `readGesture` checks the rest. */
const gestureSchema = v.looseObject({ type: v.picklist(GESTURE_KINDS) });
const playedSchema = v.object({
	ok: v.boolean(),
	error: v.optional(v.string()),
	text: v.optional(v.string()),
});

/** The paths that Baguette's clients know, except its WebSockets. */
export function baguetteRoutes({ access, visits, images }: RoutesDeps): Route[] {
	const common = { for: "anyone", sendError: sendRefusal } as const;
	const about = (
		method: Route["method"],
		verb: string,
		minimum: Role,
		handle: Handle,
		api?: Described,
	): Route => ({
		...common,
		...(api && { api: described(verb, api) }),
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
			api: {
				path: "/simulators.json",
				summary: "The devices as Baguette lists simulators: those that can be used now, and all others",
				answers: { 200: { means: "The lists.", content: { schema: listSchema } } },
				error: refusalSchema,
			},
			handle: async ({ message }, response) =>
				sendGatewayJson(response, simulatorList(await access.visible(message))),
		},
		about("POST", "boot", "own", (guest, _request, response) => switchPower(guest, true, response), {
			summary: "Switches a device on, for whoever owns it",
			answers: done,
		}),
		about("POST", "shutdown", "own", (guest, _request, response) => switchPower(guest, false, response), {
			summary: "Switches a device off, for whoever owns it",
			answers: done,
		}),
		about(
			"GET",
			"chrome\\.json",
			"view",
			({ described }, _request, response) => sendGatewayJson(response, chromeLayout(described)),
			{
				summary: "Where the screen and the buttons are in the device's bezel, in points",
				answers: { 200: { means: "The layout.", content: { schema: v.looseObject({}) } } },
			},
		),
		about(
			"GET",
			"definition\\.json",
			"view",
			({ described }, _request, response) => sendGatewayJson(response, simulatorDefinition(described)),
			{
				summary: "What a page needs to draw the device and press its buttons",
				answers: { 200: { means: "The definition.", content: { schema: v.looseObject({}) } } },
			},
		),
		about(
			"GET",
			"bezel\\.png",
			"view",
			(guest, request, response) => {
				const bare = queryOf(request).get("buttons")?.toLowerCase() === "false";
				return sendBezelImage(guest, bare ? "bare" : "bezel", response);
			},
			{ summary: "The device's bezel", query: { buttons: "false: without its buttons" }, answers: png },
		),
		about(
			"GET",
			"screen-mask\\.png",
			"view",
			(guest, _request, response) => sendBezelImage(guest, "mask", response),
			{ summary: "Where the screen is, in white", answers: png },
		),
		about(
			"GET",
			"chrome-button/([a-z][a-z0-9-]{0,40}?)(?:\\.png)?",
			"view",
			(guest, { params: [, name = ""] }, response) =>
				sendBezelImage(guest, buttonImage(guest.described, name), response),
			{ path: "chrome-button/{name}.png", summary: "A button at rest, or NAME-down: pressed", answers: png },
		),
		about(
			"GET",
			"screenshot\\.(jpg|png)",
			"view",
			(guest, request, response) =>
				sendScreenshot(
					guest,
					queryOf(request),
					request.params[1] === "png" ? "image/png" : "image/jpeg",
					response,
					{ visits, images },
				),
			{
				path: "screenshot.{type}",
				summary: "The screen as it is, as jpg or png",
				query: { quality: "of JPEG, 0 to 1", scale: "divides width and height, 1 to 4" },
				answers: { 200: { means: "The picture.", content: { type: "image/jpeg" } } },
			},
		),
		about(
			"POST",
			"input",
			"control",
			(guest, request, response) => giveInput(request, response, guest, visits),
			{
				summary:
					"Plays a gesture, or one a line: taps, swipes, keys, text; places are in the device's points",
				body: { schema: gestureSchema },
				answers: { 200: { means: "How each went, a line each.", content: { schema: playedSchema } } },
			},
		),
		about(
			"POST",
			"orientation",
			"control",
			async (guest, request, response) => {
				const orientation = v.safeParse(orientationSchema, queryOf(request).get("value"));
				if (!orientation.success) {
					const words = `value must be one of ${orientationSchema.options.join(", ")}`;
					throw new GatewayRefusal(400, "bad-request", words);
				}
				const device = guest.device();
				if (!device.setOrientation) throw GatewayRefusal.notOffered("turning this device");
				await withControl(guest, visits, () => device.setOrientation?.(heldAs[orientation.output]));
				sendOk(response);
			},
			{
				summary: "Turns the device",
				query: { value: orientationSchema.options.join(", ") },
				answers: done,
			},
		),
		about(
			"POST",
			"shake",
			"control",
			async (guest, _request, response) => {
				const device = guest.device();
				if (!device.shake) throw GatewayRefusal.notOffered("shaking this device");
				await withControl(guest, visits, () => device.shake?.());
				sendOk(response);
			},
			{ summary: "Shakes the device", answers: done },
		),
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
