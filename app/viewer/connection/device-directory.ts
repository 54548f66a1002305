import { connectSignaling, type SignalingLink, type SocketLike } from "../../../signaling/client.ts";
import type { DeviceDescription } from "../../../signaling/protocol/device.ts";
import {
	type FromDirectory,
	PROTOCOL_VERSION,
	type Reason,
	type ToDirectory,
	toDirectorySchema,
} from "../../../signaling/protocol/messages.ts";
import { Store } from "../store.ts";
import { signalUrl, takeToken } from "../urls.ts";
import { rememberToken } from "./api.ts";

/** What the page of all devices knows. */
export interface DirectoryState {
	/** Absent until the server has sent them; kept while the server is unreachable. */
	readonly devices?: readonly DeviceDescription[];
	readonly link: "connecting" | "open" | "waiting" | "closed";
	/** Why this browser may not see the devices. */
	readonly refused?: Reason;
	/** The browser has its cookie, so screenshots can be fetched. */
	readonly screenshots: boolean;
}

export const unknownDevices: DirectoryState = { link: "connecting", screenshots: false };

/** Follows the list of devices over signaling. */
export class DeviceDirectory {
	readonly state = new Store<DirectoryState>(unknownDevices);
	#link: SignalingLink<FromDirectory> | undefined;
	#token: string | undefined;

	/** Connects, or reconnects from scratch. */
	start(): void {
		this.close();
		this.state.set(unknownDevices);
		this.#token = takeToken() ?? this.#token;
		const token = this.#token;
		this.#link = connectSignaling({
			open: () => new WebSocket(signalUrl(location)) as SocketLike,
			hello: () => ({ type: "hello", version: PROTOCOL_VERSION, as: "directory", ...(token && { token }) }),
			schema: toDirectorySchema,
			onMessage: (message) => this.#receive(message),
			onStatus: ({ state: link }) => this.state.patch({ link }),
		});
		if (token) void rememberToken(token).then((screenshots) => this.state.patch({ screenshots }));
		else this.state.patch({ screenshots: true });
	}

	close(): void {
		const link = this.#link;
		this.#link = undefined;
		link?.close();
	}

	#receive(message: ToDirectory): void {
		if (message.type === "devices") this.state.patch({ devices: message.devices });
		else if (message.type === "error" && message.final) {
			this.close();
			this.state.patch({ refused: message.reason });
		}
	}
}
