import type { Orientation } from "../../../signaling/protocol/device.ts";

/** Each orientation a quarter turn against the clock from the one before. */
const counterClockwise: readonly Orientation[] = [
	"portrait",
	"landscape-left",
	"portrait-upside-down",
	"landscape-right",
];

/** How a device is held after a quarter turn. */
export function turned(from: Orientation, way: "left" | "right"): Orientation {
	const at = counterClockwise.indexOf(from) + (way === "left" ? 1 : counterClockwise.length - 1);
	return counterClockwise[at % counterClockwise.length] ?? "portrait";
}
