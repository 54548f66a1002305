import type { DeviceDescription, DeviceKind } from "../../signaling/protocol/device.ts";

/** Whether a device is what is looked for: every word in its name or id, and the kind. */
export function matches(device: DeviceDescription, text: string, kind: DeviceKind | undefined): boolean {
	const where = `${device.name} ${device.id}`.toLowerCase();
	const words = text.toLowerCase().split(/\s+/);
	return (kind === undefined || device.kind === kind) && words.every((word) => where.includes(word));
}
