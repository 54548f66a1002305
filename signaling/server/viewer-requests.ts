import { PortholeError } from "../protocol/errors.ts";
import type { RateLimit } from "../rate-limit.ts";
import { Declined } from "./declined.ts";
import type { Room } from "./room.ts";
import type { Seat, ViewerRequest } from "./seat.ts";

/**
 * Does what a viewer asks for. Throws Declined for what cannot be had now, such as `waiting` for anything that a viewer
 * asks before it was let in, and PortholeError `too-fast`.
 */
export function receiveFromViewer(room: Room, seat: Seat, message: ViewerRequest, limit: RateLimit): void {
	if (seat.waiting && message.type !== "leave" && message.type !== "name")
		throw new Declined("waiting", "An owner has to let you in first.");
	switch (message.type) {
		case "answer": {
			const { peerId, sdp } = message;
			return room.answer(seat, peerId, sdp);
		}
		case "restart":
			return room.announce(seat, false);
		case "leave":
			return room.leave(seat);
	}
	if (!limit.take(seat.viewerId))
		throw new PortholeError("too-fast", "That was asked for too often. Wait a few seconds.");
	switch (message.type) {
		case "name":
			return room.rename(seat, message.name);
		case "control":
			return room.act(seat, message.action, message.viewerId);
		case "kick":
			return room.kick(seat, message.viewerId);
		case "admit":
			return room.admit(seat, message.viewerId, message.admit);
	}
}
