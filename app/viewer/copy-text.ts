/** Copies text, also over plain HTTP, where `navigator.clipboard` is missing. False when nothing worked. */
export async function copyText(text: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return copyBySelection(text);
	}
}

function copyBySelection(text: string): boolean {
	const before = document.activeElement;
	const field = document.createElement("textarea");
	field.value = text;
	field.style.position = "fixed";
	field.style.opacity = "0";
	document.body.append(field);
	field.select();
	const done = document.execCommand("copy");
	field.remove();
	if (before instanceof HTMLElement) before.focus();
	return done;
}
