import type { TouchContact } from "./input.ts";
import { bad, bytesOf, exactly, fraction, start } from "./input-fields.ts";

/** Most contacts in one touch message. */
export const MAX_CONTACTS = 10;

const CONTACT_BYTES = 9;

/** A touch message of type `type`. */
export function writeContacts(type: number, list: readonly TouchContact[]): Uint8Array<ArrayBuffer> {
	if (list.length > MAX_CONTACTS) throw bad(`${list.length} contacts, ${MAX_CONTACTS} at most`);
	const view = start(type, 2 + list.length * CONTACT_BYTES);
	view.setUint8(1, list.length);
	list.forEach((contact, index) => {
		const at = 2 + index * CONTACT_BYTES;
		view.setUint8(at, contact.id);
		view.setFloat32(at + 1, contact.x, true);
		view.setFloat32(at + 5, contact.y, true);
	});
	return bytesOf(view);
}

/** What `writeContacts` wrote. */
export function readContacts(view: DataView): TouchContact[] {
	if (view.byteLength < 2) throw bad("a touch without a count");
	const count = view.getUint8(1);
	if (count > MAX_CONTACTS) throw bad(`${count} contacts, ${MAX_CONTACTS} at most`);
	exactly(view, 2 + count * CONTACT_BYTES);
	const list: TouchContact[] = [];
	for (let index = 0; index < count; index++) {
		const at = 2 + index * CONTACT_BYTES;
		const id = view.getUint8(at);
		if (list.some((other) => other.id === id)) throw bad(`contact ${id} twice`);
		list.push({ id, x: fraction(view, at + 1), y: fraction(view, at + 5) });
	}
	return list;
}
