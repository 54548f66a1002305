import { fileURLToPath } from "node:url";
import { GlobalFonts } from "@napi-rs/canvas";

/** Colours of one time of day at sea. */
export interface Palette {
	readonly name: string;
	/** From the top of the screen to the horizon. */
	readonly sky: readonly [string, string, string, string];
	/** Sun or moon. */
	readonly light: string;
	/** Light around it: red, green, blue, and how strong it is at its middle, 0..1. */
	readonly glow: readonly [number, number, number, number];
	/** Waves from the horizon to the viewer. */
	readonly waves: readonly [string, string, string, string];
	/** Controls; at least 4.5:1 on white. */
	readonly accent: string;
	/** The same, as a wash. */
	readonly tint: string;
}

export const palettes: readonly [Palette, ...Palette[]] = [
	{
		name: "Dusk",
		sky: ["#0a0d24", "#3a2868", "#c65a6e", "#ffbf8a"],
		light: "#fff0d2",
		glow: [255, 214, 160, 0.55],
		waves: ["#8a4a78", "#5f3a78", "#3d2c68", "#241f50"],
		accent: "#b4446a",
		tint: "#f8e9ee",
	},
	{
		name: "Morning",
		sky: ["#06243f", "#1c6ea8", "#7cc3de", "#fdeccb"],
		light: "#fffdf2",
		glow: [255, 246, 214, 0.65],
		waves: ["#4fa5bd", "#2c87a8", "#186a90", "#0d4f74"],
		accent: "#0f6c98",
		tint: "#e3f1f7",
	},
	{
		name: "Night",
		sky: ["#03050e", "#0b1838", "#1c3866", "#4a76a6"],
		light: "#f6f1dd",
		glow: [200, 222, 255, 0.35],
		waves: ["#2f5482", "#213f6b", "#152b52", "#0c1b3a"],
		accent: "#3f56b8",
		tint: "#e8ebf8",
	},
	{
		name: "Lagoon",
		sky: ["#031a1c", "#0b5a58", "#35a58c", "#dff3c0"],
		light: "#fdffe8",
		glow: [238, 255, 205, 0.55],
		waves: ["#4cb79d", "#2a957f", "#167565", "#0b564d"],
		accent: "#0f766a",
		tint: "#e0f3ef",
	},
];

/** Colours of the sheet that carries the controls. */
export const paper = {
	sheet: "#f5f4f1",
	card: "#ffffff",
	line: "#e3e0da",
	grid: "#d9d5cd",
	ink: "#16181f",
	muted: "#6a6d78",
	faint: "#a3a5ae",
} as const;

/** One colour a contact, told apart next to each other. */
const contactColours = [
	"#e5484d",
	"#0b84d8",
	"#22a06b",
	"#e8850c",
	"#8e4ec6",
	"#0aa2a2",
	"#d6409f",
	"#7a8b00",
	"#5a67e8",
	"#a8632d",
] as const;

export function contactColour(id: number): string {
	return contactColours[id % contactColours.length] ?? contactColours[0];
}

/** A contact's colour on white paper, from none (0) to full (1). */
export function contactInk(id: number, strength: number): string {
	const colour = contactColour(id);
	const mixed = [1, 3, 5].map((at) => {
		const full = Number.parseInt(colour.slice(at, at + 2), 16);
		return Math.round(255 + (full - 255) * strength);
	});
	return `rgb(${mixed.join(", ")})`;
}

/** Inter comes in one file a script. A family of its own for each lets the canvas go on to the next for a character. */
const SCRIPTS = ["latin", "latin-ext", "cyrillic", "greek", "vietnamese"] as const;

/** What the system may have for all other scripts. */
const SYSTEM_FAMILIES = [
	"DejaVu Sans",
	"Droid Sans Fallback",
	"Noto Sans CJK SC",
	"NanumGothic",
	"Noto Color Emoji",
	"sans-serif",
];

let families: string | undefined;

/** A CSS font of the screen's type face; `size` in points. */
export function font(weight: 400 | 500 | 600 | 700, size: number): string {
	families ??= registerFamilies();
	return `${weight} ${size}px ${families}`;
}

/** Makes Inter known to the canvas. Without its files the screen uses the system's type faces. */
function registerFamilies(): string {
	const registered = SCRIPTS.map((script) => {
		const family = `Porthole ${script}`;
		const file = import.meta.resolve(`@fontsource-variable/inter/files/inter-${script}-wght-normal.woff2`);
		return GlobalFonts.registerFromPath(fileURLToPath(file), family) ? family : undefined;
	}).filter((family) => family !== undefined);
	return [...registered, ...SYSTEM_FAMILIES].map((family) => `"${family}"`).join(", ");
}
