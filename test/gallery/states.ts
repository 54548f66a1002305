import type { Page } from "playwright";
import type { LooseMessage, Rewrite, SignalingScript } from "./signaling-script.ts";

/** One picture of the gallery: how to get a page into a state of the product. */
export interface GalleryState {
	readonly name: string;
	/** What is seen, for the index. */
	readonly words: string;
	readonly path: string;
	/** Opened by somebody the server does not know. */
	readonly stranger?: boolean;
	/** Runs in the page before its own scripts. */
	readonly before?: () => void;
	/** What the server says to the link that the page came by. */
	readonly refused?: { readonly code: string; readonly message: string };
	/** Changes what signaling says, for states that take long or much to reach. */
	readonly rewrite?: Rewrite;
	/** Brings the opened page into the state and waits until it is there. */
	reach(page: Page, signaling: SignalingScript): Promise<unknown>;
	/** Undoes what others would see too. */
	after?(page: Page): Promise<unknown>;
}

export const DEMO = "/devices/demo";
export const DESKTOP = "/devices/desktop";

export const inState = (page: Page, state: string) =>
	page.waitForSelector(`[data-testid=state][data-state=${state}]`, { state: "attached" });
export const live = (page: Page) => inState(page, "live");
/** Long enough for numbers to have been read and motion to have ended, ms. */
export const settle = (page: Page, ms = 400) => page.waitForTimeout(ms);

const withDevice =
	(fields: object): Rewrite =>
	(message) =>
		message.type === "welcome" || message.type === "device"
			? [{ ...message, device: { ...(message.device as object), ...fields } }]
			: message.type === "offer"
				? []
				: [message];
const without =
	(type: string): Rewrite =>
	(message) =>
		message.type === type ? [] : [message];
export const ended = (code: string, words: string, final: boolean): LooseMessage => ({
	type: "ended",
	reason: { code, message: words },
	final,
});

function manyDevices(message: LooseMessage): readonly LooseMessage[] {
	if (message.type !== "devices") return [message];
	const real = message.devices as Record<string, unknown>[];
	const hour = 3_600_000;
	const more = [
		{ name: "Build machine", kind: "x11", state: "offline", since: Date.now() - 30 * hour },
		{ name: "Rack 4, slot 2", kind: "kvm", state: "failed", note: "The KVM's socket is gone: /run/kvm-4-2" },
		{ name: "Pixel test", kind: "framebuffer", state: "starting", note: "Waiting for the first picture" },
		{ name: "Review desktop", kind: "desktop", state: "live", viewers: 3 },
		{ name: "Kiosk east", kind: "x11", state: "ready" },
		{ name: "Kiosk west", kind: "x11", state: "ready" },
		{ name: "Installer run", kind: "hxfr", state: "live", viewers: 1 },
	];
	const last = real.at(-1);
	return [
		{ ...message, devices: [...real, ...more.map((each, at) => ({ ...last, id: `more-${at}`, ...each }))] },
	];
}

/** Every state of one person alone, in the order of the index. */
export const loneStates: readonly GalleryState[] = [
	{
		name: "devices",
		words: "The devices, with live screenshots",
		path: "/",
		reach: (page) => page.waitForFunction(() => document.querySelectorAll("img").length >= 2),
	},
	{
		name: "devices-many",
		words: "Many devices: search and kinds; offline, failed and starting ones",
		path: "/",
		rewrite: manyDevices,
		reach: async (page) => {
			await page.waitForSelector("input[type=search]");
			await page.waitForFunction(() => document.querySelectorAll("img").length >= 2);
		},
	},
	{
		name: "devices-none",
		words: "No devices: how to add some",
		path: "/",
		rewrite: (message) => (message.type === "devices" ? [{ ...message, devices: [] }] : [message]),
		reach: (page) => page.waitForSelector("text=No devices yet"),
	},
	{
		name: "devices-refused",
		words: "The list, opened without a token",
		path: "/",
		stranger: true,
		reach: (page) => page.waitForSelector("[data-testid=try-again]"),
	},
	{
		name: "phone",
		words: "A phone, live",
		path: DEMO,
		reach: (page) => live(page).then(() => settle(page, 2500)),
	},
	{
		name: "desktop",
		words: "A desktop, live, with the keyboard",
		path: DESKTOP,
		reach: async (page) => {
			await live(page);
			await page.focus("[data-testid=text-input]");
			await settle(page, 2500);
		},
	},
	{
		name: "details",
		words: "Connection details, latency by stage",
		path: DEMO,
		reach: async (page) => {
			await live(page);
			await page.click("button[aria-label='Connection details']");
			await settle(page, 3000);
		},
	},
	{
		name: "keys",
		words: "Keys that the browser keeps for itself",
		path: DESKTOP,
		reach: async (page) => {
			await live(page);
			await page.click("nav button[aria-haspopup=menu]");
			await page.waitForSelector("[role=menuitem]");
			await settle(page);
		},
	},
	{
		name: "full-screen",
		words: "Full screen",
		path: DESKTOP,
		reach: async (page) => {
			await live(page);
			await page.click("[data-testid=fullscreen]");
			await page.waitForSelector("main[data-full]");
			await settle(page, 800);
		},
	},
	{
		name: "poor",
		words: "Live over a bad line",
		path: DESKTOP,
		before: () => {
			const measure = RTCPeerConnection.prototype.getStats;
			RTCPeerConnection.prototype.getStats = async function (this: RTCPeerConnection) {
				const report = await measure.call(this);
				const spoil = (stat: Record<string, unknown>) =>
					stat.type === "candidate-pair" ? { ...stat, currentRoundTripTime: 0.9 } : stat;
				return new Map([...report].map(([id, stat]) => [id, spoil(stat)]));
			};
		},
		reach: (page) => page.waitForSelector("text=Slow connection").then(() => settle(page)),
	},
	{
		name: "connecting",
		words: "Connecting, over a screenshot",
		path: DEMO,
		rewrite: without("offer"),
		reach: (page) => inState(page, "connecting").then(() => settle(page, 1500)),
	},
	{
		name: "connecting-long",
		words: "Connecting for more than three seconds",
		path: DEMO,
		rewrite: without("offer"),
		reach: (page) => page.waitForSelector("text=Porthole answers").then(() => settle(page)),
	},
	{
		name: "reconnecting",
		words: "The connection broke: the last picture stays",
		path: DEMO,
		reach: async (page, signaling) => {
			await live(page);
			await settle(page, 800);
			signaling.say({ type: "offer", peerId: "nobody", sdp: "not SDP" });
			signaling.cut();
			await inState(page, "reconnecting");
			await settle(page, 3500);
		},
	},
	{
		name: "no-picture",
		words: "On, but without a picture, and why",
		path: DESKTOP,
		rewrite: withDevice({
			state: "failed",
			note: "The display :7 vanished. Start it again, or choose another device.",
		}),
		reach: (page) => inState(page, "no-picture").then(() => settle(page, 900)),
	},
	{
		name: "offline",
		words: "Its computer is offline",
		path: DESKTOP,
		rewrite: withDevice({ state: "offline", since: Date.now() - 600_000 }),
		reach: (page) => inState(page, "offline").then(() => settle(page)),
	},
	{
		name: "ended",
		words: "Ended for good",
		path: DESKTOP,
		reach: async (page, signaling) => {
			await live(page);
			signaling.say(ended("device-gone", "Desktop was shut down.", true));
			await inState(page, "ended");
			await settle(page);
		},
	},
	{
		name: "stopped",
		words: "Porthole was stopped; the page waits for it",
		path: DEMO,
		reach: async (page, signaling) => {
			await live(page);
			signaling.say(ended("signaling-closed", "Porthole was stopped.", false));
			signaling.cut();
			await inState(page, "ended");
			await settle(page);
		},
	},
	{
		name: "refused",
		words: "Opened without a token",
		path: DEMO,
		stranger: true,
		reach: (page) => inState(page, "refused").then(() => settle(page)),
	},
	{
		name: "no-such-device",
		words: "A device that is not there",
		path: "/devices/nobody",
		reach: (page) => inState(page, "refused").then(() => settle(page)),
	},
	{
		name: "cannot",
		words: "A browser without H.264",
		path: DEMO,
		before: () => {
			RTCRtpReceiver.getCapabilities = () => ({ codecs: [], headerExtensions: [] });
		},
		reach: (page) => inState(page, "unsupported").then(() => settle(page)),
	},
	{
		name: "not-found",
		words: "An address that leads nowhere",
		path: "/nowhere",
		reach: (page) => page.waitForSelector("h1"),
	},
];
