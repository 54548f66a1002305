import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Paints a display's background, `0xRRGGBB`. */
export async function paintBackground(display: string, rgb: number): Promise<void> {
	await run("xsetroot", ["-display", display, "-solid", `#${rgb.toString(16).padStart(6, "0")}`]);
}
