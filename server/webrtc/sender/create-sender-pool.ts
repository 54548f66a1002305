import type { Clock } from "../../../signaling/clock.ts";
import { PortholeError } from "../../../signaling/protocol/errors.ts";
import type { Addon } from "../../native/addon.ts";
import { NativePool } from "./native-pool.ts";
import { ScriptPool } from "./script-pool.ts";
import type { SenderKind, SenderPool } from "./sender-pool.ts";

export interface SenderPoolParts {
	readonly addon: Partial<Pick<Addon, "RtpPool">>;
	/** For senders in JavaScript; those of the addon use the system's. */
	readonly clock: Clock;
	/** Absent: native where the addon can. */
	readonly kind?: SenderKind | undefined;
	/** JavaScript was too slow for what came from the addon's thread, and so much of it was lost. */
	dropped(count: number): void;
}

/**
 * Senders on a thread of the addon where it has them, else in JavaScript, unless one kind is asked for. Throws
 * PortholeError `sender-unavailable` when the addon lacks what is asked for.
 */
export function createSenderPool({ addon, clock, kind, dropped }: SenderPoolParts): SenderPool {
	const { RtpPool } = addon;
	if (kind === "script" || (kind === undefined && RtpPool === undefined)) return new ScriptPool(clock);
	if (RtpPool !== undefined) return new NativePool({ RtpPool }, dropped);
	throw new PortholeError(
		"sender-unavailable",
		"The addon has no native sender; build it anew (npm run build:native) or use --sender script.",
	);
}
