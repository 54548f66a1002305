import type { DeviceButton } from "../../../signaling/protocol/device.ts";
import type { SimulatorFacts } from "./simulator-facts.ts";

/** What a simulator simulates, as far as its buttons go. */
export type SimulatorFamily = "phone" | "home-button-phone" | "tablet" | "watch" | "tv" | "vision";

/** The family of a simulator, by its device type; its name where nothing else is known. */
export function familyOf({ deviceType, name, runtime }: SimulatorFacts): SimulatorFamily {
	const type = deviceType?.name ?? name;
	if (/watch/i.test(type) || /^watchOS/.test(runtime)) return "watch";
	if (/\bTV\b/.test(type) || /^tvOS/.test(runtime)) return "tv";
	if (/Vision/.test(type) || /^(visionOS|xrOS)/.test(runtime)) return "vision";
	if (/^iPad/.test(type)) return "tablet";
	return /^(iPhone (SE|[4-8])|iPod)/.test(type) ? "home-button-phone" : "phone";
}

const all: Readonly<Record<string, Omit<DeviceButton, "id">>> = {
	home: { label: "Home", icon: "house" },
	"app-switcher": { label: "App switcher", icon: "layout-grid" },
	lock: { label: "Lock", icon: "lock" },
	"volume-up": { label: "Volume up", icon: "volume-2" },
	"volume-down": { label: "Volume down", icon: "volume-1" },
	action: { label: "Action button", icon: "circle-power" },
	"swipe-to-home": { label: "Swipe home", icon: "smartphone" },
	"swipe-to-app-switcher": { label: "Swipe to app switcher", icon: "app-window" },
	"pull-down-to-lock-screen": { label: "Lock screen", icon: "square" },
	"pull-down-to-notification-center": { label: "Notifications", icon: "bell" },
	"digital-crown": { label: "Digital Crown", icon: "house" },
	"side-button": { label: "Side button", icon: "power" },
	"rotate-left": { label: "Rotate left", icon: "rotate-ccw-square" },
	"rotate-right": { label: "Rotate right", icon: "rotate-cw-square" },
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

/** The buttons of a simulator. `turns`: the way in use can turn it. `siri` is none: it ends the simulator's home screen. */
export function deviceButtons(facts: SimulatorFacts, way: { readonly turns: boolean }): DeviceButton[] {
	const family = familyOf(facts);
	const rest = [...(way.turns ? turns : []), "shake"];
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
