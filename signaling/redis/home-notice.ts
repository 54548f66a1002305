import * as v from "valibot";
import type { DeviceDescription } from "../protocol/device.ts";
import { hostDevicesSchema } from "./neighbour-messages.ts";

/** What a process told of one of its hosts. */
export interface HostRow {
	/** When the host connected to it, by Redis' time in microseconds. */
	readonly claim: number;
	readonly devices: DeviceDescription[];
}

/** What processes tell of themselves; `home` is the one that does. */
export type HomeNotice =
	| { readonly type: "beat" | "bye"; readonly home: string }
	| { readonly type: "gone"; readonly home: string; readonly hostId: string }
	| { readonly type: "host"; readonly home: string; readonly hostId: string; readonly row: HostRow };

/** Longest notice or row, characters: 256 devices. */
const MAX_LENGTH = 1024 * 1024;

/** Reads what the scripts of `home-scripts.ts` say; undefined for what they do not. */
export function readHomeNotice(text: string): HomeNotice | undefined {
	if (text.length > MAX_LENGTH) return undefined;
	const [, type, home = "", hostId, rest = ""] =
		/^(beat|bye|gone|host) ([A-Za-z0-9_-]{1,64})(?: ([A-Za-z0-9_-]{1,64}))?(?: ([\s\S]*))?$/.exec(text) ?? [];
	switch (type) {
		case "beat":
		case "bye":
			return hostId === undefined ? { type, home } : undefined;
		case "gone":
			return hostId === undefined ? undefined : { type, home, hostId };
		case "host": {
			const row = readHostRow(rest);
			return row && hostId !== undefined ? { type, home, hostId, row } : undefined;
		}
	}
	return undefined;
}

/** Reads `CLAIM DEVICES`; undefined for anything else. */
export function readHostRow(text: string): HostRow | undefined {
	const [, claim, devices = ""] = (text.length <= MAX_LENGTH && /^(\d{1,16}) ([\s\S]*)$/.exec(text)) || [];
	if (claim === undefined) return undefined;
	try {
		return { claim: Number(claim), devices: v.parse(hostDevicesSchema, JSON.parse(devices)) };
	} catch {
		return undefined;
	}
}
