import type { ErrorCode } from "../../signaling/protocol/error-codes.ts";
import { messageOf, PortholeError } from "../../signaling/protocol/errors.ts";
import type { Quality, Reason, Role } from "../../signaling/protocol/messages.ts";
import type { AccessUnit } from "../devices/provider.ts";

/** What signaling says of a viewer when it announces it. */
export interface Admission {
	readonly role: Role;
	/** The viewer's number within the device. */
	readonly number: number;
}

/** One viewer's stay on one device, on the host's side, whatever its frames and input go by. */
export interface Session {
	/** Whether signaling knows of this viewer. */
	readonly announced: boolean;
	/** Media flows, as far as this end knows. */
	readonly live: boolean;
	/** Signaling announced the viewer again, perhaps with another role. */
	announce(admission: Admission): void;
	/** Signaling is new and has not announced this viewer yet. */
	unannounce(): void;
	/** Begins anew to make media flow. */
	connect(): Promise<void>;
	/** Takes the answer to an offer that it made. */
	acceptAnswer(peerId: string, sdp: string): Promise<void>;
	/** Tells the viewer what coding a frame took. */
	tellTiming(unit: AccessUnit): void;
	/** Tells the viewer what its network carries. */
	tellNetwork(): void;
	/** Something was copied on the device, and this viewer has control of it. */
	tellCopied(): void;
	/** How the connection does, when that is another than it was. */
	readQuality(): Quality | undefined;
	close(): Promise<void>;
}

/** Why a viewer's session could not begin or go on, as signaling passes it on. */
export function reasonOf(error: unknown, otherwise: ErrorCode = "internal"): Reason {
	const code = error instanceof PortholeError ? error.code : otherwise;
	return { code, message: messageOf(error).slice(0, 400) };
}
