import { PortholeError } from "../../signaling/protocol/errors.ts";
import type { Picture } from "./picture-feed.ts";

/** Somebody who waits for the next picture; at most one does at a time. */
export class PendingFrame {
	#waiting: PromiseWithResolvers<Picture> | undefined;
	#closed = false;

	get closed(): boolean {
		return this.#closed;
	}

	/** Whether somebody waits. */
	get waits(): boolean {
		return this.#waiting !== undefined;
	}

	/** Rejects with PortholeError `pictures-closed`, or `picture-awaited` when somebody waits already. */
	wait(): Promise<Picture> {
		if (this.#closed) return Promise.reject(closed());
		if (this.#waiting) {
			const words = "A picture is waited for already; ask for the next when it came.";
			return Promise.reject(new PortholeError("picture-awaited", words));
		}
		this.#waiting = Promise.withResolvers();
		return this.#waiting.promise;
	}

	give(picture: Picture): void {
		this.#take()?.resolve(picture);
	}

	fail(error: unknown): void {
		this.#take()?.reject(error);
	}

	close(): void {
		this.#closed = true;
		this.fail(closed());
	}

	#take(): PromiseWithResolvers<Picture> | undefined {
		const waiting = this.#waiting;
		this.#waiting = undefined;
		return waiting;
	}
}

function closed(): PortholeError {
	return new PortholeError(
		"pictures-closed",
		"There are no more pictures: whoever took them has closed them.",
	);
}
