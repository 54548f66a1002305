import { messageOf, PortholeError } from "../../../signaling/protocol/errors.ts";

/**
 * Codes: `simulator-needs-mac` (this machine has none), `no-such-simulator`, `simulator-deleted`, `device-off` (it has to be
 * switched on first), `wrong-state` (it is on, or off, already), `no-backend` (none works),
 * `backend-unavailable` (one does not work here), `program-missing`, `program-failed`, `program-silent`, `program-ended`,
 * `program-overflow` (it said more than is read), `bad-answer` (it said what cannot be read), `input-refused`,
 * `input-overloaded`, `no-input` (this backend takes none), `unknown-key`, `unknown-button`, `button-refused`, `cannot-turn`,
 * `no-such-bezel-image`, `no-screenshot`.
 */
type SimulatorCode =
	| "simulator-needs-mac"
	| "no-such-simulator"
	| "simulator-deleted"
	| "device-off"
	| "wrong-state"
	| "no-backend"
	| "backend-unavailable"
	| "program-missing"
	| "program-failed"
	| "program-silent"
	| "program-ended"
	| "program-overflow"
	| "bad-answer"
	| "input-refused"
	| "input-overloaded"
	| "no-input"
	| "unknown-key"
	| "unknown-button"
	| "button-refused"
	| "cannot-turn"
	| "no-such-bezel-image"
	| "no-screenshot";

export function simulatorError(code: SimulatorCode, message: string, cause?: unknown): PortholeError {
	return new PortholeError(code, message, cause === undefined ? {} : { cause });
}

/** Whatever was thrown, as an error of ours with a code. */
export function asPortholeError(thrown: unknown, code: SimulatorCode): PortholeError {
	return thrown instanceof PortholeError ? thrown : simulatorError(code, messageOf(thrown), thrown);
}
