import type { DeviceDescription } from "../../signaling/protocol/device.ts";

/** A device's state on its card: a word or a sentence, and the colour of the dot beside it. */
export function cardState(device: DeviceDescription): { words: string; dot: string } {
	switch (device.state) {
		case "live":
			return { words: "Live", dot: "bg-accent" };
		case "ready":
			return { words: "Ready", dot: "border-2 border-accent" };
		case "off":
			return { words: "Off", dot: "bg-soft" };
		case "starting":
			return { words: device.note ?? "Starting", dot: "bg-soft animate-pulse" };
		case "failed":
			return { words: device.note ?? "Not working", dot: "bg-danger" };
		case "offline":
			return { words: `Offline since ${timeOf(device.since)}`, dot: "border-2 border-soft" };
	}
}

/** A time of day, with the date when it was another day. */
function timeOf(epochMs: number): string {
	const at = new Date(epochMs);
	const time = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
	const today = at.toDateString() === new Date().toDateString();
	return today ? time : `${at.toLocaleDateString([], { day: "numeric", month: "short" })}, ${time}`;
}
