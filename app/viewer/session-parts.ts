import type { LinkTimers, SignalingLink, SignalingOptions } from "../../signaling/client.ts";
import type { HostMessage } from "../../signaling/protocol/input.ts";
import type { FromViewer, Reason, toViewerSchema, ViewerHello } from "../../signaling/protocol/messages.ts";
import type { PeerEvents, PeerLink } from "./peer-connection.ts";

type ViewerSignaling = SignalingOptions<typeof toViewerSchema, FromViewer>;

/** What a session is built from; the browser's in `viewer.ts`, made-up ones in tests. */
export interface SessionParts {
	readonly deviceId: string;
	readonly token: string | undefined;
	/** Who an earlier page was. */
	readonly participant?: ViewerHello["participant"];
	/** What the person wants to be called. */
	name(): string | undefined;
	connect(
		options: Pick<ViewerSignaling, "hello" | "schema" | "onMessage" | "onStatus">,
	): SignalingLink<FromViewer>;
	openPeer(events: PeerEvents): PeerLink;
	/** What the host says on the data channel. */
	onHostMessage(message: HostMessage): void;
	/** The server let this viewer in. */
	onWelcome(): void;
	/** Something this viewer asked for cannot be had now. */
	onDeclined(reason: Reason): void;
	readonly timers: LinkTimers;
}
