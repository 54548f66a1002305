import * as v from "valibot";
import { participantNameSchema, type ViewerHello } from "../../signaling/protocol/messages.ts";

/** Where the browser keeps what outlives a page; the bootstrap script reads it by these names. */
export interface StorageKeys {
	/** Session storage, one a device: the participant of a page that went, for the page that follows it in the same tab. */
	readonly participant: string;
	/** Session storage, one a device: a link that waits for its PIN. */
	readonly link: string;
	/** Local storage: what the person wants to be called. */
	readonly name: string;
}

export const storageKeys: StorageKeys = {
	participant: "porthole-participant ",
	link: "porthole-link ",
	name: "porthole-name",
};

/** Set when the person does not want to be asked for a name again. */
const NAME_ASKED = "porthole-name-asked";

/** Set when nothing is to be shown around screens. */
const NO_BEZELS = "porthole-no-bezels";

type Participant = NonNullable<ViewerHello["participant"]>;

/**
 * Keeps the participant for the page that follows. Only while no page has it: a tab that is duplicated copies the storage of a
 * live page, where there is none, and so gets a participant of its own.
 */
export function keepParticipant(deviceId: string, participant: Participant): void {
	write(() => sessionStorage, storageKeys.participant + deviceId, JSON.stringify(participant));
}

/** Takes the kept participant, so that no other page gets it. */
export function takeParticipant(deviceId: string): Participant | undefined {
	const key = storageKeys.participant + deviceId;
	const text = read(() => sessionStorage, key);
	remove(() => sessionStorage, key);
	return text === undefined ? undefined : (JSON.parse(text) as Participant);
}

/** Keeps a link that waits for its PIN over a reload; the address does not hold it any more. */
export function keepLink(deviceId: string, grant: string): void {
	write(() => sessionStorage, storageKeys.link + deviceId, grant);
}

/** What the person wants to be called; undefined when they have not said. */
export function rememberedName(): string | undefined {
	return nameOf(read(() => localStorage, storageKeys.name) ?? "");
}

/** Remembers a name for all devices of this browser. Returns it as others will see it; undefined for an empty one. */
export function rememberName(text: string): string | undefined {
	const name = nameOf(text);
	if (name) write(() => localStorage, storageKeys.name, name);
	return name;
}

/** Whether this browser's person has been asked for a name, or has given one. */
export function nameWasAsked(): boolean {
	return rememberedName() !== undefined || read(() => localStorage, NAME_ASKED) !== undefined;
}

/** Does not ask for a name again. */
export function askNoName(): void {
	write(() => localStorage, NAME_ASKED, "1");
}

/** Whether what is around a device is shown with its screen. */
export function bezelsAreShown(): boolean {
	return read(() => localStorage, NO_BEZELS) === undefined;
}

/** Remembers that for all devices of this browser. */
export function rememberBezels(shown: boolean): void {
	if (shown) remove(() => localStorage, NO_BEZELS);
	else write(() => localStorage, NO_BEZELS, "1");
}

function nameOf(text: string): string | undefined {
	const parsed = v.safeParse(participantNameSchema, text);
	return parsed.success ? parsed.output : undefined;
}

// Storage may be forbidden, even to look at; the page then goes without a memory.

function read(storage: () => Storage, key: string): string | undefined {
	try {
		return storage().getItem(key) ?? undefined;
	} catch {
		return undefined;
	}
}

function write(storage: () => Storage, key: string, value: string): void {
	try {
		storage().setItem(key, value);
	} catch {}
}

function remove(storage: () => Storage, key: string): void {
	try {
		storage().removeItem(key);
	} catch {}
}
