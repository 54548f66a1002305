import { type FormEvent, useId, useState } from "react";

interface NameFormProps {
	readonly name: string;
	/** Word on the button. */
	readonly action: string;
	onName(name: string): void;
}

/** Longest name that others are shown, characters. */
const LONGEST = 40;

/** What somebody wants to be called. */
export function NameForm({ name, action, onName }: NameFormProps) {
	const [text, setText] = useState(name);
	const field = useId();
	function submit(event: FormEvent) {
		event.preventDefault();
		if (text.trim() !== "") onName(text);
	}
	return (
		<form onSubmit={submit}>
			<label htmlFor={field} className="text-small text-soft">
				Your name, as the others see it
			</label>
			<span className="mt-1 flex gap-2">
				<input
					id={field}
					data-testid="name"
					value={text}
					onChange={(event) => setText(event.target.value)}
					maxLength={LONGEST}
					autoComplete="nickname"
					spellCheck={false}
					className="h-9 min-w-0 flex-1 rounded-box border border-line bg-surface px-3"
				/>
				<button
					type="submit"
					className="eased h-9 shrink-0 rounded-box bg-accent px-4 font-medium text-on-accent hover:opacity-90"
				>
					{action}
				</button>
			</span>
		</form>
	);
}
