import { fileURLToPath } from "node:url";
import { GlobalFonts } from "@napi-rs/canvas";

/** Inter comes in one file a script. A family of its own for each lets the canvas go on to the next for a character. */
const SCRIPTS = ["latin", "latin-ext", "cyrillic", "greek", "vietnamese"] as const;

/** What the system may have for all other scripts. */
const SYSTEM_FAMILIES = ["DejaVu Sans", "Droid Sans Fallback", "Noto Sans CJK SC", "sans-serif"];

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
