import { randomBytes } from "node:crypto";
import type { HostCandidate, PathKind } from "./candidate.ts";
import type { MediaPort } from "./media-port.ts";
import type { PacketPath, Path } from "./path.ts";
import { type BindingRequest, bindingSuccess, roleConflictError } from "./stun.ts";
import type { CheckedAgent } from "./stun-demux.ts";

/** Paths kept for one viewer; the oldest that is not in use is forgotten and must show the password again. */
const MAX_PATHS = 16;

export interface IceEvents {
	/** DTLS or SRTP from the viewer, or what is neither and no genuine check. */
	packet(packet: Buffer): void;
	/** The viewer showed that it is there: a check with the right password. */
	checked(): void;
	/** Packets to the viewer go another way from now on; none when absent. */
	path(path: PacketPath | undefined): void;
}

/**
 * An ICE-lite agent (RFC 8445, 2.5) for one viewer: it waits at the host's media port, answers checks that know its
 * password and sends where the viewer says. The viewer's own candidates are not needed.
 */
export class LiteAgent implements CheckedAgent {
	readonly ufrag = randomBytes(6).toString("base64");
	readonly password = randomBytes(18).toString("base64");
	readonly #port: MediaPort;
	readonly #events: IceEvents;
	/** The viewer's paths, the oldest first. */
	readonly #paths = new Set<Path>();
	#remoteUfrag: string | undefined;
	#selected: Path | undefined;
	#selectedPriority = 0;
	/** PRIORITY of the nomination that chose it, which names the viewer's end of the path; 0: not nominated. */
	#nominatedAs = 0;
	#challenger: Path | undefined;

	constructor(port: MediaPort, events: IceEvents) {
		this.#port = port;
		this.#events = events;
		port.add(this);
	}

	get hosts(): readonly HostCandidate[] {
		return this.#port.hosts;
	}

	/** How packets travel now; absent until the viewer was heard. */
	get pathKind(): PathKind | undefined {
		return this.#selected?.kind;
	}

	/** From now on only checks of this viewer are answered. */
	setRemoteUfrag(ufrag: string): void {
		this.#remoteUfrag = ufrag;
	}

	/** Sends over the chosen path; dropped when there is none. */
	send(packet: Buffer): void {
		this.#selected?.send(packet);
	}

	/** No event comes any more. */
	close(): void {
		this.#port.remove(this);
		this.#selected = undefined;
		this.#challenger = undefined;
		for (const path of this.#paths) path.release();
		this.#paths.clear();
	}

	expects(username: string): boolean {
		if (this.#remoteUfrag === undefined) return username.startsWith(`${this.ufrag}:`);
		return username === `${this.ufrag}:${this.#remoteUfrag}`;
	}

	checked(request: BindingRequest, path: Path): void {
		if (request.roleConflict) {
			path.send(roleConflictError(request, this.password));
			return;
		}
		this.#take(path);
		this.#events.checked();
		path.send(bindingSuccess(request, path.remoteAddress, path.remotePort, this.password));
		// Viewers start DTLS on the first path that works, before they nominate one.
		if (this.#selected === undefined) this.#select(path, 0);
		if (request.useCandidate) this.#nominate(path, request);
	}

	packet(packet: Buffer): void {
		this.#events.packet(packet);
	}

	/** The viewer may choose another path; if it does not, it falls silent. */
	lost(path: Path): void {
		this.#paths.delete(path);
		if (path === this.#challenger) this.#challenger = undefined;
		if (path === this.#selected) this.#select(undefined, 0);
	}

	#take(path: Path): void {
		path.giveTo(this);
		this.#paths.add(path);
		if (this.#paths.size <= MAX_PATHS) return;
		for (const old of this.#paths) {
			if (old === this.#selected || old === path) continue;
			this.#paths.delete(old);
			old.release();
			return;
		}
	}

	/**
	 * Viewers may nominate several paths (RFC 8445, 8.1.1 and the aggressive way before it) and may change their mind
	 * when a network goes. The better path wins; a worse one when it is nominated twice with nothing from the other
	 * between. Where both ends are the same and only the remote address is new, a router gave the viewer another one, and
	 * the one before leads nowhere.
	 */
	#nominate(path: Path, request: BindingRequest): void {
		const priority = Math.min(request.priority, path.host.priority);
		const hasMoved = path.host === this.#selected?.host && request.priority === this.#nominatedAs;
		const isWorse = path !== this.#selected && priority <= this.#selectedPriority;
		if (isWorse && !hasMoved && this.#challenger !== path) {
			this.#challenger = path;
			return;
		}
		this.#challenger = undefined;
		this.#nominatedAs = request.priority;
		this.#select(path, priority);
	}

	#select(path: Path | undefined, priority: number): void {
		this.#selectedPriority = priority;
		if (path === this.#selected) return;
		this.#selected = path;
		this.#events.path(path);
	}
}
