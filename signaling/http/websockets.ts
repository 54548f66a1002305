import { WebSocket, WebSocketServer } from "ws";
import { backgroundClock } from "../clock.ts";
import { RateLimit } from "../rate-limit.ts";

/** Pieces that one message may come in: no client of ours cuts its messages. */
const MAX_FRAGMENTS = 64;

/** Frames that are no messages: so many at once, and so many a second from then on. */
const IDLE_FRAMES = { burst: 200, perSecond: 20 };

/** Messages read after the goodbye: what was under way when a budget was spent, so that its reason arrives. */
const MAX_LATE = 4_000;

/** WebSockets whose clients cannot make reading expensive; each goes through `boundFrames` once it is accepted. */
export function webSocketServer(maxPayload: number): WebSocketServer {
	return new WebSocketServer({
		noServer: true,
		maxPayload,
		maxFragments: MAX_FRAGMENTS,
		perMessageDeflate: false,
	});
}

/**
 * Cuts off a client that floods with what nobody budgets as a message: pings, pongs, binary frames, and whatever it sends
 * while it is being closed, which it can put off for half a minute.
 */
export function boundFrames(client: WebSocket): void {
	const budget = RateLimit.of(IDLE_FRAMES, backgroundClock.now);
	const count = () => {
		if (!budget.take("")) client.terminate();
	};
	client.on("ping", count);
	client.on("pong", count);
	let late = 0;
	client.on("message", (_, isBinary) => {
		if (isBinary) count();
		else if (client.readyState !== WebSocket.OPEN && ++late > MAX_LATE) client.terminate();
	});
}
