/**
 * Why a packet or a TCP connection at the media port was dropped. `malformed`: looks like STUN and is no check;
 * `unknown-user`: a check for nobody here; `wrong-password`; `too-many-checks`: not looked at, to keep the work bounded;
 * `unknown-address`: anything else from where no good check came; `bad-frame`: no RFC 4571 over TCP; `idle-connection`:
 * no good check in time; `crowded`: more connections than are kept.
 */
export type DropReason =
	| "malformed"
	| "unknown-user"
	| "wrong-password"
	| "too-many-checks"
	| "unknown-address"
	| "bad-frame"
	| "idle-connection"
	| "crowded";
