import { createCanvas } from "@napi-rs/canvas";
import type { DeviceBezel, DeviceDescription, Size } from "../../../signaling/protocol/device.ts";
import type { Device } from "../../devices/provider.ts";
import { BUTTON_NAMES } from "./gesture-reader.ts";

/** States of CoreSimulator, which Baguette's clients know. */
type SimulatorState = "Creating" | "Shutdown" | "Booting" | "Booted" | "ShuttingDown";

/** One device in `GET /simulators.json`. */
interface Listed {
	readonly udid: string;
	readonly name: string;
	readonly state: SimulatorState;
	/** Here the kind of device. */
	readonly runtime: string;
}

/** `GET /simulators.json`: those that can be used now, and all others. */
export function simulatorList(devices: readonly DeviceDescription[]): {
	readonly running: readonly Listed[];
	readonly available: readonly Listed[];
} {
	const all = devices.map(
		(device): Listed => ({
			udid: device.id,
			name: device.name,
			state: simulatorState(device),
			runtime: device.kind,
		}),
	);
	return {
		running: all.filter(({ state }) => state === "Booted"),
		available: all.filter(({ state }) => state !== "Booted"),
	};
}

/** The CoreSimulator state that comes nearest to a device's own. */
export function simulatorState({ power, state }: Pick<DeviceDescription, "power" | "state">): SimulatorState {
	switch (power) {
		case "on":
			return "Booted";
		case "off":
			return "Shutdown";
		case "starting":
			return "Booting";
		case "stopping":
			return "ShuttingDown";
		case undefined:
			if (state === "starting") return "Booting";
			return state === "ready" || state === "live" ? "Booted" : "Shutdown";
	}
}

type BezelButton = DeviceBezel["buttons"][number];
type Described = Pick<DeviceDescription, "id" | "name" | "kind" | "points" | "inputs" | "bezel">;

/** The bezel of a device; without one, the screen alone. */
function bezelOf({ bezel, points }: Pick<DeviceDescription, "bezel" | "points">): DeviceBezel {
	return (
		bezel ?? {
			...points,
			screen: { x: 0, y: 0, ...points },
			radius: 0,
			version: "plain",
			buttons: [],
		}
	);
}

/** `GET chrome.json`, in the device's points; its screen size is what gestures are measured against. */
export function chromeLayout(device: Described): object {
	const bezel = bezelOf(device);
	const { screen, radius } = bezel;
	return {
		identifier: `${device.kind}-${bezel.version}`,
		outerCornerRadius: radius === 0 ? 0 : radius + Math.max(screen.x, screen.y),
		innerCornerRadius: radius,
		composite: { width: bezel.width, height: bezel.height },
		screen: { x: screen.x, y: screen.y, width: screen.width, height: screen.height },
		buttonMargins: { top: 0, left: 0, bottom: 0, right: 0 },
		buttons: bezel.buttons.map((button) => chromeButton(device.id, button, bezel)),
	};
}

/** `GET definition.json`: what a page needs to draw the device. */
export function simulatorDefinition(device: Described): object {
	const bezel = bezelOf(device);
	const { screen } = bezel;
	const prefix = `/simulators/${device.id}`;
	const types = device.inputs.some((input) => input === "keys" || input === "text");
	return {
		identity: { udid: device.id, name: device.name, model: device.kind },
		screen: {
			viewport: { width: bezel.width, height: bezel.height },
			rect: { x: screen.x, y: screen.y, width: screen.width, height: screen.height },
			clipRadius: bezel.radius,
			bezelImage: { rest: `${prefix}/bezel.png`, bare: `${prefix}/bezel.png?buttons=false` },
		},
		// Only those that a gesture can press.
		buttons: bezel.buttons.filter(isPressable).map((button) => definedButton(device.id, button, bezel)),
		...(types ? { keyboard: {} } : {}),
	};
}

function isPressable({ id }: BezelButton): boolean {
	return BUTTON_NAMES.some((name) => name === id);
}

function frames(deviceId: string, { id, pressed }: BezelButton): { rest: string; pressed: string } {
	const rest = `/simulators/${deviceId}/chrome-button/${id}.png`;
	return { rest, pressed: pressed ? `/simulators/${deviceId}/chrome-button/${id}-down.png` : rest };
}

function definedButton(deviceId: string, button: BezelButton, bezel: DeviceBezel): object {
	const { box, hover } = button;
	const across = percent(hover.x, box.width);
	const down = percent(hover.y, box.height);
	return {
		id: button.id,
		envelope: { type: "button", button: button.id },
		images: frames(deviceId, button),
		box: {
			leftPct: percent(box.x, bezel.width),
			topPct: percent(box.y, bezel.height),
			widthPct: percent(box.width, bezel.width),
			heightPct: percent(box.height, bezel.height),
		},
		transform: {
			rest: "none",
			hover: `translate(${across}%, ${down}%)`,
			pressed: `translate(${-across}%, ${-down}%)`,
		},
		z: button.above ? "above" : "below",
	};
}

type Anchor = "left" | "right" | "top" | "bottom";

/**
 * A button as DeviceKit places it: from the side of the bezel that it is nearest to. Clients put a button at rest on the
 * left at its rollover place, on other sides as far from the normal place as that is from the rollover place.
 */
function chromeButton(deviceId: string, button: BezelButton, bezel: DeviceBezel): object {
	const anchor = anchorOf(button, bezel);
	const rest = placeFrom(anchor, button, bezel);
	const { x, y } = button.hover;
	const moved = (times: number) => ({ x: rest.x + times * x, y: rest.y + times * y });
	const [normal, rollover] = anchor === "left" ? [moved(-1), rest] : [moved(1), moved(2)];
	const { rest: imageUrl, pressed: imageDownUrl } = frames(deviceId, button);
	return {
		name: button.id,
		imageName: button.id,
		anchor,
		align: "leading",
		offset: rollover,
		normalOffset: normal,
		rolloverOffset: rollover,
		onTop: button.above,
		imageUrl,
		...(button.pressed
			? { imageDownName: `${button.id}-down`, imageDownDrawMode: "replace", imageDownUrl }
			: {}),
	};
}

function anchorOf({ box }: BezelButton, bezel: DeviceBezel): Anchor {
	const x = box.x + box.width / 2;
	const y = box.y + box.height / 2;
	const distances: [number, Anchor][] = [
		[x, "left"],
		[bezel.width - x, "right"],
		[y, "top"],
		[bezel.height - y, "bottom"],
	];
	return distances.reduce((nearest, one) => (one[0] < nearest[0] ? one : nearest))[1];
}

/** At the sides: the centre from that side, and the upper edge. Above and below: the left edge, and the inner edge. */
function placeFrom(anchor: Anchor, { box }: BezelButton, bezel: DeviceBezel): { x: number; y: number } {
	const centre = box.x + box.width / 2;
	switch (anchor) {
		case "left":
			return { x: centre, y: box.y };
		case "right":
			return { x: centre - bezel.width, y: box.y };
		case "top":
			return { x: box.x, y: box.y + box.height };
		case "bottom":
			return { x: box.x, y: box.y - bezel.height };
	}
}

function percent(part: number, whole: number): number {
	return whole === 0 ? 0 : (part / whole) * 100;
}

/** Larger bezels of devices without frames of their own are drawn smaller, in the same proportion; pixels. */
const LONGEST_SIDE = 4096;

/**
 * A PNG of a device's bezel by its name (`bezel`, `bare`, `mask`, `button-…`). A device without a bezel has a transparent
 * one, a full mask and no buttons. Throws PortholeError `no-such-bezel-image` as the
 * device does; undefined where there is no such frame.
 */
export async function bezelImage(device: Device, name: string): Promise<Uint8Array | undefined> {
	const { bezel, points } = device.describe();
	if (bezel && device.bezelImage) return device.bezelImage(name);
	if (name === "bezel" || name === "bare") return plainFrame(points, "rgba(0, 0, 0, 0)");
	return name === "mask" ? plainFrame(points, "white") : undefined;
}

function plainFrame({ width, height }: Size, colour: string): Promise<Uint8Array> {
	const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
	const canvas = createCanvas(Math.round(width * scale), Math.round(height * scale));
	const context = canvas.getContext("2d");
	context.fillStyle = colour;
	context.fillRect(0, 0, canvas.width, canvas.height);
	return canvas.encode("png");
}
