import type { SocketLike } from "../client.ts";
import { messageOf, PortholeError } from "../protocol/errors.ts";
import { type Hello, helloSchema, type Reason } from "../protocol/messages.ts";
import { parseMessage } from "../protocol/parse.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";

/** How long a client may take to say hello, ms. */
export const HELLO_WITHIN = 5_000;

/** Tells why and hangs up. `final`: coming back is of no use. */
export function turnAway(socket: SocketLike, { code, message }: Reason, final: boolean): void {
	if (socket.readyState === 1) {
		socket.send(JSON.stringify({ type: "error", reason: { code, message: message.slice(0, 400) }, final }));
	}
	socket.onmessage = socket.onclose = null;
	socket.close(final ? 1000 : 1013, code);
}

/** Waits for a client's first message. Whoever says something else, another version or nothing is turned away. */
export function awaitHello(
	socket: SocketLike,
	events: { hello: (hello: Hello) => void; refused: (code: string) => void },
): void {
	const refuse = (code: string, message: string) => {
		clearTimeout(timer);
		events.refused(code);
		turnAway(socket, { code, message }, true);
	};
	const timer = setTimeout(
		() => refuse("no-hello", `No hello came within ${HELLO_WITHIN / 1000} s.`),
		HELLO_WITHIN,
	);
	socket.onclose = () => clearTimeout(timer);
	socket.onmessage = (event) => {
		try {
			const hello = parseMessage(helloSchema, typeof event.data === "string" ? event.data : "");
			if (hello.version !== PROTOCOL_VERSION) {
				const words = `This server speaks version ${PROTOCOL_VERSION}, not ${hello.version}. Reload the page.`;
				return refuse("wrong-version", words);
			}
			clearTimeout(timer);
			events.hello(hello);
		} catch (error) {
			refuse(error instanceof PortholeError ? error.code : "internal", messageOf(error));
		}
	};
}
