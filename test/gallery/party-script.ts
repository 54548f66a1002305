import type { Page } from "playwright";
import { encodeHostMessage } from "../../signaling/protocol/input-codec.ts";
import type { LooseMessage, Rewrite } from "./signaling-script.ts";

/** Somebody on the device, as a state needs them. */
export interface Somebody {
	readonly viewerId: string;
	readonly number: number;
	readonly name: string;
	readonly role: string;
	readonly quality?: string;
	readonly waiting?: boolean;
}

export const me = { viewerId: "me", number: 1, name: "Priya Raman", role: "own" };
export const ana = { viewerId: "ana", number: 2, name: "Ana", role: "control" };
export const ben = { viewerId: "ben", number: 3, name: "Ben Okafor", role: "control", quality: "fair" };
export const cleo = { viewerId: "cleo", number: 4, name: "Guest 4", role: "view", quality: "poor" };
const dov = { viewerId: "dov", number: 5, name: "Dov", role: "view", quality: "away" };
export const all = [me, ana, ben, cleo, dov];
export const guest = { ...me, role: "control" };

export const free = { state: "free", requests: [], touchTakes: true };
export const held = (holder: string) => ({ state: "held", holder, requests: [], touchTakes: true });
const asks = (viewerId: string) => ({ viewerId, until: Date.now() + 18_000 });
export const asking = (holder: string, ...by: string[]) => ({
	state: "requested",
	holder,
	requests: by.map(asks),
	touchTakes: true,
});

/** As if these people were there, the first being the page's own, and control stood so. */
export function party(people: readonly Somebody[], control: () => object): Rewrite {
	const [own] = people;
	const told = people.map((person) => ({
		since: Date.now() - 300_000,
		quality: "good",
		waiting: false,
		...person,
	}));
	return (message): readonly LooseMessage[] => {
		switch (message.type) {
			case "welcome":
				return [{ ...message, viewerId: own?.viewerId, role: own?.role }];
			case "participants":
				return [{ type: "participants", participants: told }];
			case "control":
				return [{ type: "control", control: control() }];
			default:
				return [message];
		}
	};
}

/** Lets a page say, in its host's name, where others point. */
export function keepChannel(): void {
	localStorage.setItem("porthole-name", "Priya Raman");
	const Original = RTCPeerConnection;
	window.RTCPeerConnection = class extends Original {
		constructor() {
			super();
			this.addEventListener("datachannel", ({ channel }) => {
				window.galleryChannel = channel;
			});
		}
	};
}

declare global {
	interface Window {
		galleryChannel?: RTCDataChannel;
	}
}

/** As if these people pointed there. */
export async function point(
	page: Page,
	places: readonly { number: number; x: number; y: number }[],
): Promise<void> {
	const messages = places.map((place) => [...encodeHostMessage({ type: "other", ...place })]);
	await page.waitForFunction(() => window.galleryChannel?.readyState === "open");
	await page.evaluate((list) => {
		for (const bytes of list) {
			const { buffer: data } = Uint8Array.from(bytes);
			window.galleryChannel?.dispatchEvent(new MessageEvent("message", { data }));
		}
	}, messages);
}
