#include "simulator/indigo-builders.h"

#include <mach/mach_time.h>
#include <malloc/malloc.h>

#include <span>
#include <string>

#include "simulator/indigo-message.h"
#include "simulator/input-event.h"
#include "simulator/objective-c.h"

namespace porthole {

namespace {

/// kIOHIDDigitizerTransducerTypeFinger.
constexpr std::uint32_t kFinger = 2;

/// Of IndigoHIDMessageForButton, for the home button: as a usage it is not heard by every runtime.
constexpr std::int32_t kHomeSource = 0;
constexpr std::uint32_t kNoEdge = 0;

std::int32_t OperationOf(bool down) { return down ? kIndigoDown : kIndigoUp; }

std::span<std::uint8_t> BytesOf(const IndigoMessage& message) {
	return {static_cast<std::uint8_t*>(message.get()), malloc_size(message.get())};
}

IndigoMessage Built(void* message, const char* what) {
	if (message != nullptr) return IndigoMessage(message);
	throw NativeError("no-indigo-message", std::string("SimulatorKit built no message for ") + what + ".");
}

}  // namespace

DigitizerEvents::DigitizerEvents(const PrivateFrameworks& frameworks)
	: create_digitizer_(frameworks.Require<CreateDigitizer>(PrivateSymbol::kDigitizerEvent)),
	  create_finger_(frameworks.Require<CreateFinger>(PrivateSymbol::kFingerEvent)),
	  append_(frameworks.Require<Append>(PrivateSymbol::kAppendEvent)) {}

CfRef<CFTypeRef> DigitizerEvents::Make(TouchPhase phase, const TouchPlace& place, std::uint32_t finger) const {
	const DigitizerState state = DigitizerStateOf(phase);
	const std::uint64_t now = mach_absolute_time();
	auto event = CfRef<CFTypeRef>::Adopt(create_digitizer_(nullptr, now, kFinger, 0, finger, state.event_mask, 0,
		place.x, place.y, 0, 0, 0, state.range, state.touch, 0));
	const auto child = CfRef<CFTypeRef>::Adopt(create_finger_(nullptr, now, 0, finger, state.event_mask, place.x,
		place.y, 0, 0, 0, state.range, state.touch, 0));
	if (!event || !child) return {};
	append_(event.get(), child.get(), 0);
	return event;
}

IndigoBuilders::IndigoBuilders(const PrivateFrameworks& frameworks)
	: events_(frameworks),
	  mouse_(frameworks.Require<Mouse>(PrivateSymbol::kMouseEvent)),
	  trackpad_(frameworks.Require<Trackpad>(PrivateSymbol::kTrackpadEvent)),
	  button_(frameworks.Require<SourcedButton>(PrivateSymbol::kButton)),
	  arbitrary_(frameworks.Require<Arbitrary>(PrivateSymbol::kHidArbitrary)),
	  keyboard_(frameworks.Require<Keyboard>(PrivateSymbol::kKeyboard)),
	  create_pointer_(reinterpret_cast<Service>(frameworks.Find(PrivateSymbol::kCreatePointer))),
	  create_mouse_(reinterpret_cast<Service>(frameworks.Find(PrivateSymbol::kCreateMouse))),
	  remove_pointer_(reinterpret_cast<Service>(frameworks.Find(PrivateSymbol::kRemovePointer))) {}

IndigoMessage IndigoBuilders::Finger(const Touch& touch, std::uint32_t finger) const {
	const CfRef<CFTypeRef> event = events_.Make(touch.phase, touch.places[0], finger);
	if (!event) throw NativeError("no-indigo-message", "The system made no digitizer event.");
	IndigoMessage message =
		Guarded("framework-exception", "building a touch", [&] { return Built(trackpad_(event.get()), "a touch"); });
	PatchFingerMessage(BytesOf(message), touch.edge);
	return message;
}

IndigoMessage IndigoBuilders::TwoFingers(const Touch& touch) const {
	CGPoint first = {touch.places[0].x, touch.places[0].y};
	CGPoint second = {touch.places[1].x, touch.places[1].y};
	// Moves are told as down, as other users of this builder found it to be understood by all runtimes. The points are
	// divided by the size.
	const auto type = static_cast<unsigned long>(OperationOf(touch.phase != TouchPhase::kUp));
	IndigoMessage message = Guarded("framework-exception", "building a touch of two fingers",
		[&] { return IndigoMessage(mouse_(&first, &second, kIndigoDigitizerTarget, type, CGSize{1, 1}, kNoEdge)); });
	if (message) PatchTwoFingerMessage(BytesOf(message), touch.places[0], touch.places[1]);
	return message;
}

IndigoMessage IndigoBuilders::Key(const KeyEvent& key) const {
	return Guarded("framework-exception", "building a key",
		[&] { return Built(keyboard_(static_cast<std::int32_t>(key.usage), OperationOf(key.down)), "a key"); });
}

IndigoMessage IndigoBuilders::Button(const ButtonEvent& button) const {
	RefuseHarmfulButton(button.page, button.usage);
	return Guarded("framework-exception", "building a button", [&] {
		const std::int32_t operation = OperationOf(button.down);
		if (button.page == kConsumerPage && button.usage == kHomeUsage) {
			return Built(button_(kHomeSource, operation, kIndigoButtonTarget), "the home button");
		}
		return Built(
			arbitrary_(kIndigoDigitizerTarget, button.page, button.usage, static_cast<std::uint32_t>(operation)),
			"a button");
	});
}

}  // namespace porthole
