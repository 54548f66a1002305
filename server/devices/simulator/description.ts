import type {
	DeviceButton,
	DeviceDescription,
	Orientation,
	Rotation,
	Size,
} from "../../../signaling/protocol/device.ts";
import type { DeviceFacts } from "../provider.ts";
import type { Backend } from "./backend.ts";
import { reasonsAbove, type SelectionReport } from "./backend-selection.ts";
import { type Bezel, pointsOf } from "./bezel/bezel.ts";
import type { DeviceProfile } from "./bezel/device-profile.ts";
import type { SimulatorFacts } from "./simulator-directory.ts";

/** Until a frame or a device type tells another. */
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
interface KnownSimulator {
	readonly name: string;
	readonly facts: SimulatorFacts;
	readonly appearance: Appearance;
	/** Size of the last frame. */
	readonly frameSize: Size | undefined;
	/** Size of the screen in points, from the backend in use, where it alone knows it. */
	readonly points: Size | undefined;
	readonly orientation: Orientation | undefined;
	/** The backend in use; absent: none works. */
	readonly backend: Backend | undefined;
	readonly report: SelectionReport;
	/** What is wrong, a sentence or more each; those that are not known are left out. */
	readonly troubles: readonly (string | undefined)[];
}

/** A simulator as viewers are told of it. */
export function describeSimulator(known: KnownSimulator): DeviceFacts {
	const { name, facts, appearance, orientation, backend } = known;
	const note = noteOf(known).slice(0, LONGEST_NOTE);
	const inputs = backend?.inputs ?? [];
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

/** Size of the frame, and of the screen in points. */
export function sizesOf(known: Pick<KnownSimulator, "facts" | "appearance" | "frameSize" | "points">): {
	pixels: Size;
	points: Size;
} {
	const { facts, frameSize, points } = known;
	const { profile } = known.appearance;
	const screen = panelOf(known);
	const scale = facts.scale ?? profile?.scale;
	const pixels = frameSize ?? screen ?? SIZE_UNTIL_KNOWN;
	if (points) return { pixels, points };
	if (screen && scale) return { pixels, points: pointsOf(screen, scale) };
	return { pixels, points: pointsOf(pixels, SCALE_UNTIL_KNOWN) };
}

/** The main screen as it is built in, where that is known. */
function panelOf({ facts, appearance }: Pick<KnownSimulator, "facts" | "appearance">): Size | undefined {
	return facts.pixels ?? appearance.profile?.pixels;
}

/** Every backend shows the framebuffer, or a frame that `simctl` took. */
function turnOf(known: KnownSimulator): { rotation?: Rotation } {
	const { orientation } = known;
	const turn = orientation && rotationOf(orientation, sizesOf(known).pixels, panelOf(known));
	return turn === undefined ? {} : { rotation: turn };
}

/** That a simulator is off, and what to do about it. */
export function offWords(name: string): string {
	return `${name} is switched off. Start it to see it.`;
}

function buttonsOf({ facts, backend }: KnownSimulator): DeviceButton[] {
	return deviceButtons(facts, { turns: backend?.turn !== undefined });
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
	// While it is off or starting no backend shows anything.
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

/** What a simulator simulates, as far as its buttons go. */
type SimulatorFamily = "phone" | "home-button-phone" | "tablet" | "watch" | "tv" | "vision";

/** The family of a simulator, by its device type; its name where nothing else is known. */
export function familyOf({ deviceType, name, runtime }: SimulatorFacts): SimulatorFamily {
	const type = deviceType?.name ?? name;
	if (/watch/i.test(type) || /^watchOS/.test(runtime)) return "watch";
	if (/\bTV\b/.test(type) || /^tvOS/.test(runtime)) return "tv";
	if (/Vision/.test(type) || /^(visionOS|xrOS)/.test(runtime)) return "vision";
	if (/^iPad/.test(type)) return "tablet";
	return /^(iPhone (SE|[4-8])|iPod)/.test(type) ? "home-button-phone" : "phone";
}

/** Labels fit under an icon of the page's rail: ten characters. */
const all: Readonly<Record<string, Omit<DeviceButton, "id">>> = {
	home: { label: "Home", icon: "house" },
	"app-switcher": { label: "Apps", icon: "layout-grid" },
	lock: { label: "Lock", icon: "lock" },
	"volume-up": { label: "Louder", icon: "volume-2" },
	"volume-down": { label: "Quieter", icon: "volume-1" },
	action: { label: "Action", icon: "circle-power" },
	"swipe-to-home": { label: "Swipe up", icon: "smartphone" },
	"swipe-to-app-switcher": { label: "Swipe apps", icon: "app-window" },
	"pull-down-to-lock-screen": { label: "Pull down", icon: "square" },
	"pull-down-to-notification-center": { label: "Alerts", icon: "bell" },
	"digital-crown": { label: "Crown", icon: "house" },
	"side-button": { label: "Side", icon: "power" },
	"rotate-left": { label: "Turn left", icon: "rotate-ccw-square" },
	"rotate-right": { label: "Turn right", icon: "rotate-cw-square" },
	shake: { label: "Shake", icon: "vibrate" },
};

const volume = ["volume-up", "volume-down"];
const swipes = [
	"swipe-to-home",
	"swipe-to-app-switcher",
	"pull-down-to-lock-screen",
	"pull-down-to-notification-center",
];
const turns = ["rotate-left", "rotate-right"];

/** The buttons of a simulator. `turns`: the backend in use can turn it. `siri` is none: it ends the simulator's home screen. */
export function deviceButtons(facts: SimulatorFacts, backend: { readonly turns: boolean }): DeviceButton[] {
	const family = familyOf(facts);
	const rest = [...(backend.turns ? turns : []), "shake"];
	const ids: Record<SimulatorFamily, readonly string[]> = {
		phone: [
			"home",
			"app-switcher",
			"lock",
			...volume,
			...(hasAction(facts) ? ["action"] : []),
			...swipes,
			...rest,
		],
		"home-button-phone": ["home", "app-switcher", "lock", ...volume, ...rest],
		tablet: ["home", "app-switcher", "lock", ...volume, ...swipes, ...rest],
		watch: ["digital-crown", "side-button"],
		tv: ["home"],
		vision: ["home"],
	};
	return ids[family].flatMap((id) => {
		const button = all[id];
		return button ? [{ id, ...button }] : [];
	});
}

function hasAction({ deviceType, name }: SimulatorFacts): boolean {
	return /^iPhone (15 Pro|1[6-9]|[2-9]\d|Air)/.test(deviceType?.name ?? name);
}

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

const frameTurns: Readonly<Record<Orientation, Rotation | undefined>> = {
	portrait: undefined,
	"landscape-right": 90,
	"portrait-upside-down": 180,
	"landscape-left": 270,
};

/**
 * By how much a simulator's frame has to be turned. A framebuffer keeps the shape of its panel, and what is drawn into it
 * is turned: in landscape-left the top of it lies along the framebuffer's right edge. A frame that lies where the panel
 * stands was turned by whoever took it, as `simctl` of newer Xcodes does; upside down that cannot be told, and counts as
 * not turned.
 */
export function rotationOf(
	orientation: Orientation,
	frameSize: Size,
	panel: Size | undefined,
): Rotation | undefined {
	const turn = frameTurns[orientation];
	if (turn === undefined || turn === 180) return turn;
	const panelLies = panel !== undefined && panel.width > panel.height;
	return frameSize.width > frameSize.height === panelLies ? turn : undefined;
}
