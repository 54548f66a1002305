import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { systemClock } from "../../../../../server/devices/clock.ts";
import { parseDeviceSpec } from "../../../../../server/devices/device-spec.ts";
import type { Device } from "../../../../../server/devices/provider.ts";
import { terminalArguments } from "../../../../../server/devices/x11/desktop/session.ts";
import { createX11Provider } from "../../../../../server/devices/x11/provider.ts";
import { loadAddon } from "../../../../../server/native/load.ts";
import { keepForTest } from "../../../../support/keep.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";
import { end, startXDisplay } from "../../../../support/x-display.ts";

function press(device: Device, ...codes: string[]): void {
	for (const code of codes) device.input.key(code, true);
	for (const code of codes.toReversed()) device.input.key(code, false);
}

it("a desktop's terminal copies and pastes with Ctrl, Shift and C or V, and pastes with Shift and Insert", {
	timeout: 30_000,
}, async () => {
	const folder = await temporaryFolder();
	const file = join(folder, "pasted");
	const display = await keepForTest(startXDisplay({ width: 640, height: 480 }));
	const provider = createX11Provider({ addon: loadAddon(), clock: systemClock, environment: {} });
	const device = await keepForTest(provider.open(parseDeviceSpec(`x11:${display.display}`)));
	const command = ["-e", "sh", "-c", `echo ready; cat > ${file}`];
	const terminal = spawn("xterm", [...terminalArguments(640, 480), ...command], {
		env: { ...process.env, DISPLAY: display.display, LC_CTYPE: "C.UTF-8" },
		stdio: "ignore",
	});
	await keepForTest(Promise.resolve({ close: () => end(terminal) }));
	const pasted = () => readFile(file, "utf8").catch(() => undefined);
	await vi.waitFor(async () => expect(await pasted()).toBe(""), { timeout: 15_000 });
	device.input.pointer(0.5, 0.5, 0);
	await device.clipboard?.write?.({ format: "text", text: "grüße\n" });
	press(device, "ControlLeft", "ShiftLeft", "KeyV");
	await vi.waitFor(async () => expect(await pasted()).toBe("grüße\n"), { timeout: 10_000 });
	press(device, "ShiftLeft", "Insert");
	await vi.waitFor(async () => expect(await pasted()).toBe("grüße\ngrüße\n"), { timeout: 10_000 });
	const copied = new Promise<void>((resolve) => device.clipboard?.onCopy?.(resolve));
	// A double click on the first word.
	for (const buttons of [1, 0, 1, 0]) device.input.pointer(84 / 640, 64 / 480, buttons);
	press(device, "ControlLeft", "ShiftLeft", "KeyC");
	await copied;
	expect(await device.clipboard?.read?.()).toEqual({ format: "text", text: "ready" });
});
