import { X } from "lucide-react";
import { type FormEvent, useId, useState } from "react";

interface NameFormProps {
	readonly name: string;
	/** Word on the button. */
	readonly action: string;
	onName(name: string): void;
}

/** Longest name, characters. */
const LONGEST = 40;

/** A form for the user's name. */
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

/** Asks a guest for a name, once; an empty name means not to be asked again. */
export function NamePrompt({ onName }: { onName(name: string): void }) {
	return (
		<section
			aria-label="Your name"
			data-testid="name-prompt"
			className="absolute bottom-10 left-2 z-10 w-[min(22rem,calc(100%-1rem))] animate-appear rounded-box border border-line bg-raised p-4 shadow-float"
		>
			<button
				type="button"
				aria-label="Stay without a name"
				onClick={() => onName("")}
				className="eased absolute top-1.5 right-1.5 grid size-8 place-items-center rounded-box text-soft hover:bg-hover hover:text-ink"
			>
				<X aria-hidden size={16} />
			</button>
			<NameForm name="" action="Save" onName={onName} />
		</section>
	);
}
