import type { SendInput } from "./held-input.ts";

/** The first pings come close together so that the clocks are compared soon, ms after the channel opened. */
const FIRST = [0, 60, 150, 300, 600];
const EVERY = 2000;

/** Pings the host on the data channel while it is open. Returns a function that stops it. */
export function startPinging(send: SendInput): () => void {
	const ping = () => send({ type: "ping", time: performance.now() });
	const timers = FIRST.map((ms) => setTimeout(ping, ms));
	const regular = setInterval(ping, EVERY);
	return () => {
		timers.forEach(clearTimeout);
		clearInterval(regular);
	};
}
