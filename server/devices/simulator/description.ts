import type {
	DeviceButton,
	DeviceDescription,
	Orientation,
	PictureTurn,
	Size,
} from "../../../signaling/protocol/device.ts";
import type { DeviceFacts } from "../provider.ts";
import { type Bezel, pointsOf } from "./chrome/bezel.ts";
import type { DeviceProfile } from "./chrome/device-profile.ts";
import { deviceButtons } from "./device-buttons.ts";
import { reasonsAbove, type SelectionReport } from "./ladder-report.ts";
import { pictureTurnOf } from "./orientation.ts";
import type { Rung } from "./rung.ts";
import type { SimulatorFacts } from "./simulator-facts.ts";

/** Until a picture or a device type tells another. */
const SIZE_UNTIL_KNOWN: Size = { width: 1206, height: 2622 };
const SCALE_UNTIL_KNOWN = 3;
const LONGEST_NOTE = 400;

/** What device types tell, and the bezel; either may be missing. */
export interface Appearance {
	readonly profile?: DeviceProfile;
	readonly bezel?: Bezel | undefined;
	/** Why there is no bezel. */
	readonly failure?: string;
}

/** Everything that a simulator's description is made of. */
export interface KnownSimulator {
	readonly name: string;
	readonly facts: SimulatorFacts;
	readonly appearance: Appearance;
	/** Size of the last picture. */
	readonly picture: Size | undefined;
	/** Size of the screen in points, as the way in use alone knows it. */
	readonly points: Size | undefined;
	readonly orientation: Orientation | undefined;
	/** The way in use; absent: none can be used. */
	readonly rung: Rung | undefined;
	readonly report: SelectionReport;
	/** What is wrong, a sentence or more each; those that are not known are left out. */
	readonly troubles: readonly (string | undefined)[];
}

/** A simulator as viewers are told of it. */
export function describeSimulator(known: KnownSimulator): DeviceFacts {
	const { name, facts, appearance, orientation, rung } = known;
	const note = noteOf(known).slice(0, LONGEST_NOTE);
	const inputs = rung?.inputs ?? [];
	return {
		name,
		kind: "simulator",
		...sizesOf(known),
		...turnOf(known),
		bezelStyle: "none",
		...(appearance.bezel ? { bezel: appearance.bezel.bezel } : {}),
		...(orientation === undefined ? {} : { orientation }),
		power: powerOf(facts),
		inputs: [...inputs],
		buttons: inputs.length > 0 ? buttonsOf(known) : [],
		...(note === "" ? {} : { note }),
	};
}

/** Size of the picture, and of the screen in points. */
export function sizesOf(known: Pick<KnownSimulator, "facts" | "appearance" | "picture" | "points">): {
	pixels: Size;
	points: Size;
} {
	const { facts, picture, points } = known;
	const { profile } = known.appearance;
	const screen = panelOf(known);
	const scale = facts.scale ?? profile?.scale;
	const pixels = picture ?? screen ?? SIZE_UNTIL_KNOWN;
	if (points) return { pixels, points };
	if (screen && scale) return { pixels, points: pointsOf(screen, scale) };
	return { pixels, points: pointsOf(pixels, SCALE_UNTIL_KNOWN) };
}

/** The main screen as it is built in, where that is known. */
function panelOf({ facts, appearance }: Pick<KnownSimulator, "facts" | "appearance">): Size | undefined {
	return facts.pixels ?? appearance.profile?.pixels;
}

/** Whichever way it comes, the picture is the framebuffer's, or one that `simctl` took. */
function turnOf(known: KnownSimulator): { pictureTurn?: PictureTurn } {
	const { orientation } = known;
	const turn = orientation && pictureTurnOf(orientation, sizesOf(known).pixels, panelOf(known));
	return turn === undefined ? {} : { pictureTurn: turn };
}

/** That a simulator is off, and what to do about it. */
export function offWords(name: string): string {
	return `${name} is switched off. Start it to see it.`;
}

function buttonsOf({ facts, rung }: KnownSimulator): DeviceButton[] {
	return deviceButtons(facts, { turns: rung?.turn !== undefined });
}

function powerOf({ state }: SimulatorFacts): DeviceDescription["power"] {
	switch (state) {
		case "Booted":
			return "on";
		case "Booting":
			return "starting";
		case "ShuttingDown":
			return "stopping";
		default:
			return "off";
	}
}

function noteOf({ name, facts, appearance, report, troubles }: KnownSimulator): string {
	// While it is off or starting nothing is shown, whichever way.
	const above = facts.state === "Booted" ? reasonsAbove(report) : "";
	const { failure } = appearance;
	return [
		facts.state === "Shutdown" ? offWords(name) : undefined,
		report.chosen !== undefined && above !== "" ? `Shown by way of ${report.chosen}. ${above}` : undefined,
		...troubles,
		failure === undefined ? undefined : `No frame: ${failure}`,
	]
		.filter((words) => words !== undefined)
		.join(" ");
}
