import type { Clock } from "../../../signaling/clock.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Addon } from "../../native/addon.ts";
import { NativePool } from "./native-pool.ts";
import { ScriptPool } from "./script-pool.ts";
import type { SenderKind, SenderPool } from "./sender-pool.ts";

/**
 * Senders on a thread of the addon where it has them, else in JavaScript, unless one kind is asked for. Throws
 * PortholeError `sender-unavailable` when the addon lacks what is asked for.
 *
 * @param clock For senders in JavaScript; those of the addon use the system's.
 */
export function createSenderPool(addon: Partial<Addon>, clock: Clock, asked?: SenderKind): SenderPool {
	const { RtpPool } = addon;
	if (asked === "script" || (asked === undefined && RtpPool === undefined)) return new ScriptPool(clock);
	if (RtpPool !== undefined) return new NativePool({ RtpPool });
	throw new PortholeError(
		"sender-unavailable",
		"The addon has no native sender; build it anew (npm run build:native) or use --sender script.",
	);
}
