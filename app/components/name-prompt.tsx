import { X } from "lucide-react";
import { NameForm } from "./name-form.tsx";

/** Asks a guest once what the others should call them; an empty name means not to be asked again. */
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
