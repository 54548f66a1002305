import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Changes the size of a virtual display through RandR, pixels; at most the size it was started with. */
export async function resizeDisplay(display: string, width: number, height: number): Promise<void> {
	const mode = `${width}x${height}`;
	const xrandr = (...args: string[]) => run("xrandr", ["-display", display, ...args]);
	const { stdout } = await xrandr();
	if (!stdout.includes(` ${mode} `)) {
		const [across, down] = [String(width), String(height)];
		await xrandr("--newmode", mode, "0", across, "0", "0", across, down, "0", "0", down);
		await xrandr("--addmode", "screen", mode);
	}
	await xrandr("--output", "screen", "--mode", mode);
}

/** Paints a display's background, `0xRRGGBB`. */
export async function paintBackground(display: string, rgb: number): Promise<void> {
	await run("xsetroot", ["-display", display, "-solid", `#${rgb.toString(16).padStart(6, "0")}`]);
}
